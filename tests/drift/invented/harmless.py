"""What changes no graph: numbers, names, print, order without conflict."""

import re
from dataclasses import replace

from tests.drift.invented.mutating import (
    AOT,
    AUTOCAST,
    CODES,
    EXPORT,
    FAILED,
    INDUCTOR,
    METADATA,
    TABLES,
    UNBACKED,
    VALUES,
    WRAPPED,
    Invented,
    _respace,
    exchange_lines,
    fail,
    restate,
    retext,
    reword,
    say,
)
from tests.drift.labelled.records import combine

HARMLESS = (
    Invented(
        "numbers of calls",
        EXPORT,
        retext(
            lambda text: re.sub(r"\bcall_torchbind_(\d)", lambda m: f"call_torchbind_{int(m[1]) + 4}", text)
        ),
    ),
    Invented(
        "numbers of inputs",
        AOT,
        combine(
            retext(lambda text: re.sub(r"\barg(\d)_1", lambda m: f"arg{m[1]}_2", text)), restate("arg", "arg")
        ),
    ),
    Invented(
        "numbers of a chain",
        INDUCTOR,
        retext(lambda text: re.sub(r"\bgetitem_(\d+)", lambda m: f"getitem_{int(m[1]) + 1}", text)),
    ),
    Invented(
        "other symbols",
        WRAPPED,
        combine(
            retext(lambda text: re.sub(r"\bs([01])\b", r"s2\1", text)),
            restate("s0", "s20"),
            restate("s1", "s21"),
        ),
    ),
    Invented(
        "other unbacked symbols",
        UNBACKED,
        combine(
            retext(lambda text: re.sub(r"\bu([01])\b", r"u3\1", text)),
            restate("u0", "u30"),
            restate("u1", "u31"),
        ),
    ),
    Invented(
        "another name of a body",
        WRAPPED,
        combine(
            retext(lambda text: text.replace("wrap_body_0", "wrap_body_7")),
            lambda record: replace(
                record,
                artifacts=tuple(
                    replace(each, name=each.name.replace("wrap_body_0", "wrap_body_7"))
                    for each in record.artifacts
                ),
            ),
            restate("wrap_body_0", "wrap_body_7"),
        ),
    ),
    Invented("two computations in another order", AUTOCAST, exchange_lines("call_torchbind_2", "add_1")),
    Invented("views in another order", AOT, exchange_lines("view", "permute")),
    Invented("a computation after an effect", AOT, exchange_lines("with_effects_2", "sub")),
    Invented("an item is taken later", INDUCTOR, exchange_lines("getitem_9", "with_effects_5")),
    Invented("sizes asked for in another order", UNBACKED, exchange_lines("sym_size_int", "sym_size_int_1")),
    Invented("space in code", EXPORT, _respace),
    Invented("an operator's printed module", AOT, say("operator.getitem", "_operator.getitem", TABLES)),
    Invented(
        "where an operator is printed to live",
        AOT,
        say("torch.ops.higher_order.with_effects", "torch._higher_order_ops.effects.with_effects", TABLES),
    ),
    Invented(
        "another module in provenance",
        EXPORT,
        say("torch.nn.modules.linear.Linear", "torch.nn.modules.linear.LazyLinear", ".provenance"),
    ),
    Invented("another function in provenance", AOT, say("_operator.sub", "operator.isub", ".provenance")),
    Invented(
        "no provenance",
        EXPORT,
        lambda record: replace(
            record,
            artifacts=tuple(each for each in record.artifacts if not each.name.endswith(".provenance")),
        ),
    ),
    Invented("a misspelt word of an error", FAILED, reword("thisfunctionality", "this functionality")),
    Invented(
        "advice in an error",
        FAILED,
        fail(lambda reason: f"{reason} Please see the documentation of opaque objects."),
    ),
    Invented(
        "keyword arguments in another order",
        METADATA,
        combine(
            say("{device: cpu, layout: torch.strided}", "{layout: torch.strided, device: cpu}", TABLES),
            say(
                "device = device(type='cpu'), layout = torch.strided",
                "layout = torch.strided, device = device(type='cpu')",
                CODES,
            ),
        ),
    ),
    Invented(
        "facts in another order",
        EXPORT,
        lambda record: replace(record, facts=dict(reversed(list(record.facts.items()))), source="x"),
    ),
    Invented(
        "guards in another order",
        WRAPPED,
        retext(lambda text: "\n".join(reversed(text.split("\n"))), ".guards"),
    ),
    Invented(
        "effects in another order",
        EXPORT,
        retext(lambda text: "\n".join(reversed(text.split("\n"))), ".effects"),
    ),
    Invented(
        "values in another order", EXPORT, retext(lambda text: "\n".join(reversed(text.split("\n"))), VALUES)
    ),
    Invented(
        "constants in another order",
        EXPORT,
        retext(lambda text: "\n".join(reversed(text.split("\n"))), ".constants"),
    ),
    Invented(
        "provenance in another order",
        EXPORT,
        retext(lambda text: "\n".join(reversed(text.split("\n"))), ".provenance"),
    ),
)
