"""What is called, under which mode, and in which order."""

from tests.drift.invented.mutating import (
    AOT,
    AUTOCAST,
    CODES,
    EXPORT,
    FETCHED_TWICE,
    PUSHED,
    TABLES,
    UNBACKED,
    WRAPPED,
    Invented,
    call,
    drop_node,
    exchange_lines,
    say,
)
from tests.drift.labelled.records import combine

MATTERS = (
    Invented(
        "another method of an object", EXPORT, call("(%tq, is_empty)", "(%tq, size)", "'is_empty'", "'size'")
    ),
    Invented(
        "another method within an effect",
        AOT,
        call("push, %permute)", "pop, %permute)", "'push', permute", "'pop', permute"),
    ),
    Invented(
        "another overload of a custom operator",
        AUTOCAST,
        combine(say(PUSHED, "queue_push.other", TABLES, CODES, at_most=1)),
    ),
    Invented(
        "another library's operator of one name",
        AUTOCAST,
        say("torch.ops._TorchScriptTesting.queue_pop", "torch.ops._Other.queue_pop", TABLES, CODES),
    ),
    Invented(
        "another method of a tensor in a body",
        WRAPPED,
        combine(
            say("call_method[target=sin]", "call_method[target=cos]", TABLES),
            say("l_x_.sin()", "l_x_.cos()", CODES),
        ),
    ),
    Invented(
        "a method became a method in place",
        WRAPPED,
        combine(
            say("call_method[target=sin]", "call_method[target=sin_]", TABLES),
            say("l_x_.sin()", "l_x_.sin_()", CODES),
        ),
    ),
    Invented(
        "a body returns what it was given", WRAPPED, say("return (sin,)", "return (l_x_,)", TABLES, CODES)
    ),
    Invented("a call less whose value nobody uses", EXPORT, drop_node("call_torchbind_2")),
    Invented("a check less", UNBACKED, drop_node("_assert_scalar_default")),
    Invented("no autocast at its end", AUTOCAST, drop_node("_exit_autocast")),
    Invented("another type of autocast", AUTOCAST, say("torch.bfloat16", "torch.float16", TABLES, CODES)),
    Invented("autocast that is off", AUTOCAST, call("torch.bfloat16, True", "torch.bfloat16, False")),
    Invented(
        "autocast of another device",
        AUTOCAST,
        call("(cpu, torch", "(cuda, torch", "('cpu', torch", "('cuda', torch"),
    ),
    Invented("computed before autocast begins", AUTOCAST, exchange_lines("_enter_autocast", "cos")),
    Invented("pushed after autocast ends", AUTOCAST, exchange_lines("queue_push_2", "_exit_autocast")),
    Invented(
        "two methods of one object in another order",
        EXPORT,
        exchange_lines("call_torchbind_3", "call_torchbind_4"),
    ),
    Invented("a pop before a push", AUTOCAST, exchange_lines("queue_push_1", "queue_pop")),
    Invented(
        "results of two calls on an object that is fetched twice exchanged",
        FETCHED_TWICE,
        call("(%add, %add_1)", "(%add_1, %add)", "(add, add_1)", "(add_1, add)"),
    ),
)
