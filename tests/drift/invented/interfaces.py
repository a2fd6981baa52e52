"""What is bound to which name, what is given, and what is returned."""

from tests.drift.invented.mutating import (
    CODES,
    EXPORT,
    LIFTED,
    PARAMETERS,
    TABLES,
    UNBACKED,
    WRAPPED,
    Invented,
    _exchange_inputs,
    drop_lines,
    restate,
    retext,
    say,
    swap,
)
from tests.drift.labelled.records import combine

MATTERS = (
    Invented(
        "sources of two parameters exchanged", EXPORT, swap("linear.weight", "linear.bias", ".signature")
    ),
    Invented(
        "attributes of two parameters exchanged",
        EXPORT,
        swap("linear.weight", "linear.bias", "module.graph", "module.code"),
    ),
    Invented(
        "names of two constants exchanged",
        EXPORT,
        swap("self.linear.weight", "self.linear.bias", ".constants"),
    ),
    Invented(
        "two results in another order",
        EXPORT,
        combine(
            swap("add_3", "add_1", ".signature"),
            say("(add_3, add_1, tq)", "(add_1, add_3, tq)", TABLES, CODES),
        ),
    ),
    Invented(
        "one result twice",
        EXPORT,
        combine(
            say("output user output add_1", "output user output add_3", ".signature"),
            say("(add_3, add_1, tq)", "(add_3, add_3, tq)", TABLES, CODES),
        ),
    ),
    Invented(
        "a result less",
        EXPORT,
        combine(
            drop_lines("output user output tq", ".signature"), say(", tq)", ")", TABLES, CODES, at_most=-1)
        ),
    ),
    Invented(
        "a result as another kind of output",
        EXPORT,
        say("output user output add_1", "output buffer mutation add_1 of linear.bias", ".signature"),
    ),
    Invented(
        "a parameter became a buffer in the signature",
        EXPORT,
        say("input parameter p_linear_bias", "input buffer p_linear_bias", ".signature"),
    ),
    Invented(
        "a parameter became a buffer among constants",
        EXPORT,
        say("self.linear.bias : parameter", "self.linear.bias : buffer", ".constants"),
    ),
    Invented(
        "a lifted constant became a parameter",
        LIFTED,
        say("input constant tensor", "input parameter", ".signature"),
    ),
    Invented("an object of another attribute", UNBACKED, say("of attr", "of other", ".signature")),
    Invented(
        "parameters of inputs exchanged",
        PARAMETERS,
        swap("program.linear.weight", "program.linear.bias", ".signature"),
    ),
    Invented("sources of two inputs exchanged", WRAPPED, swap("L_x_", "L_tq_", TABLES, CODES)),
    Invented(
        "inputs of a body in another order",
        WRAPPED,
        retext(_exchange_inputs, "wrap_body_0.graph", "wrap_body_0.code"),
    ),
    Invented(
        "kinds of inputs in the facts", EXPORT, restate('"script object", "tensor"', '"tensor", "tensor"')
    ),
)
