"""What operators are called with."""

from tests.drift.invented.mutating import (
    AOT,
    CODES,
    EXPORT,
    INDUCTOR,
    TABLES,
    UNBACKED,
    WRAPPED,
    Invented,
    call,
    say,
)
from tests.drift.labelled.records import combine

MATTERS = (
    Invented(
        "operands of a difference exchanged",
        AOT,
        call("(%view, 2)", "(2, %view)", "sub.Tensor(view, 2)", "sub.Tensor(2, view)"),
    ),
    Invented(
        "a keyword argument more",
        EXPORT,
        call(
            "(%add, %linear), kwargs = {}",
            "(%add, %linear), kwargs = {alpha: 2}",
            "(add, linear)",
            "(add, linear, alpha = 2)",
        ),
    ),
    Invented(
        "an argument more by place",
        EXPORT,
        call(
            "(%x, %p_linear_weight, %p_linear_bias)",
            "(%x, %p_linear_weight)",
            "(x, p_linear_weight, p_linear_bias)",
            "(x, p_linear_weight)",
        ),
    ),
    Invented("a float became an integer", EXPORT, call("1.0)", "1)")),
    Invented(
        "a number became a truth value",
        EXPORT,
        call(
            "(%call_torchbind_3, 0)",
            "(%call_torchbind_3, False)",
            "(call_torchbind_3, 0)",
            "(call_torchbind_3, False)",
        ),
    ),
    Invented("a shape's place became a number", AOT, call("[-1]", "[6]")),
    Invented("dimensions in another order", AOT, call("[1, 0]", "[0, 1]")),
    Invented(
        "the other of two equal calls is used",
        EXPORT,
        call(
            "(%call_torchbind_3, 0)", "(%call_torchbind, 0)", "(call_torchbind_3, 0)", "(call_torchbind, 0)"
        ),
    ),
    Invented(
        "what is pushed exchanged",
        AOT,
        combine(
            say("push, %view)", "push, %PERMUTE)", TABLES),
            say("push, %permute)", "push, %view)", TABLES),
            say("%PERMUTE", "%permute", TABLES),
            say("'push', view)", "'push', PERMUTE)", CODES),
            say("'push', permute)", "'push', view)", CODES),
            say("PERMUTE", "permute", CODES),
        ),
    ),
    Invented(
        "two sizes asked for in the other order",
        UNBACKED,
        combine(
            call(
                "(%takes_foo_tensor_return, 0)",
                "(%takes_foo_tensor_return, 2)",
                "(takes_foo_tensor_return, 0)",
                "(takes_foo_tensor_return, 2)",
            ),
            call(
                "(%takes_foo_tensor_return, 1)",
                "(%takes_foo_tensor_return, 0)",
                "(takes_foo_tensor_return, 1)",
                "(takes_foo_tensor_return, 0)",
            ),
            call(
                "(%takes_foo_tensor_return, 2)",
                "(%takes_foo_tensor_return, 1)",
                "(takes_foo_tensor_return, 2)",
                "(takes_foo_tensor_return, 1)",
            ),
        ),
    ),
    Invented(
        "another comparison",
        UNBACKED,
        combine(say("operator.ge", "operator.gt", TABLES), say(" >= 0\n", " > 0\n", CODES)),
    ),
    Invented(
        "compared with another number",
        UNBACKED,
        combine(
            say("(%sym_size_int, 0)", "(%sym_size_int, 2)", TABLES),
            say("sym_size_int >= 0\n", "sym_size_int >= 2\n", CODES),
        ),
    ),
    Invented(
        "another condition is asserted",
        UNBACKED,
        combine(
            say("(%ge, Runtime", "(%ge_1, Runtime", TABLES), say("default(ge, ", "default(ge_1, ", CODES)
        ),
    ),
    Invented(
        "arguments of an operator that wraps exchanged",
        WRAPPED,
        call(
            "%s0, %s1, %l_x_", "%s1, %s0, %l_x_", "s0, s1, l_x_)\n    getitem", "s1, s0, l_x_)\n    getitem"
        ),
    ),
    Invented(
        "an item of another place",
        INDUCTOR,
        call("(%with_effects_5, 1)", "(%with_effects_4, 1)", "with_effects_5[1]", "with_effects_4[1]"),
    ),
    Invented(
        "tokens no longer in a chain",
        AOT,
        call(
            "args = (%getitem, call_torchbind",
            "args = (%arg0_1, call_torchbind",
            "with_effects(getitem, ",
            "with_effects(arg0_1, ",
        ),
    ),
    Invented(
        "an earlier token is returned",
        AOT,
        say("(getitem_6, sub, add)", "(getitem_4, sub, add)", TABLES, CODES),
    ),
    Invented(
        "another token is sunk",
        INDUCTOR,
        call("[%getitem_12]", "[%getitem_10]", "[getitem_12]", "[getitem_10]"),
    ),
    Invented(
        "a value is returned that was viewed and not computed",
        AOT,
        say("sub, add)", "sub, permute)", TABLES, CODES),
    ),
)
