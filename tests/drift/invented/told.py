"""What is told of nodes: values, effects, constants."""

from tests.drift.invented.mutating import (
    AOT,
    AUTOCAST,
    EXPORT,
    INDUCTOR,
    LIFTED,
    UNBACKED,
    VALUES,
    WRAPPED,
    Invented,
    add_line,
    drop_lines,
    say,
)

MATTERS = (
    Invented(
        "strides of an input",
        EXPORT,
        say("%x : float32[2, 2] cpu", "%x : float32[2, 2] stride (1, 2) cpu", VALUES),
    ),
    Invented(
        "the device of an input",
        EXPORT,
        say("%x : float32[2, 2] cpu", "%x : float32[2, 2] cuda:0", VALUES),
    ),
    Invented("the type of one value", AOT, say("%sub : float32", "%sub : float64", VALUES)),
    Invented(
        "an item of a value",
        AOT,
        say(
            "%with_effects_2 : (float32[0] cpu, 2)",
            "%with_effects_2 : (float32[0] cpu, 3)",
            VALUES,
        ),
    ),
    Invented(
        "a number that an object gave",
        EXPORT,
        say("%call_torchbind_1 : 1.0", "%call_torchbind_1 : 2.0", VALUES),
    ),
    Invented(
        "a truth value that an object gave",
        EXPORT,
        say("%call_torchbind_2 : False", "%call_torchbind_2 : True", VALUES),
    ),
    Invented("the class of an object", LIFTED, say("_ConstantTensorContainer", "_TensorQueue", VALUES)),
    Invented("two sizes became one", UNBACKED, say("int32[u0, u1]", "int32[u0, u0]", VALUES)),
    Invented(
        "sizes bound the other way round",
        UNBACKED,
        say(
            "binds u0 = value.size()[0], u1 = value.size()[1]",
            "binds u0 = value.size()[1], u1 = value.size()[0]",
            VALUES,
        ),
    ),
    Invented(
        "a size became a number", WRAPPED, say("%l_x_ : float32[s0, s1]", "%l_x_ : float32[3, s1]", VALUES)
    ),
    Invented(
        "a body's sizes exchanged",
        WRAPPED,
        say(
            "%l_x_ : float32[s0, s1] stride (s1, 1)",
            "%l_x_ : float32[s1, s0] stride (s0, 1)",
            "wrap_body_0.values",
        ),
    ),
    Invented(
        "the memory format of an output",
        INDUCTOR,
        say("%output : (float32[2] cpu", "%output : (float32[2] stride (2) cpu", VALUES),
    ),
    Invented("a call acts on nothing any more", EXPORT, drop_lines("%call_torchbind_2:", ".effects")),
    Invented(
        "a call acts on another object",
        EXPORT,
        say("%call_torchbind_2: acts %tq", "%call_torchbind_2: acts %x", ".effects"),
    ),
    Invented("a view became a copy", AOT, drop_lines("%view:", ".effects")),
    Invented(
        "a view of another value",
        AOT,
        say("%permute: shares %arg1_1", "%permute: shares %arg0_1", ".effects"),
    ),
    Invented("an operator writes its input", AOT, add_line("%sub: writes %view", ".effects")),
    Invented("an operator draws random numbers", AOT, add_line("%add: draws cpu", ".effects")),
    Invented("an effect that is not known here", AOT, add_line("%add: sublimes %view", ".effects")),
    Invented("a mode is set no longer", AUTOCAST, drop_lines("%_exit_autocast:", ".effects")),
    Invented("a check checks no longer", UNBACKED, drop_lines("%_assert_scalar_default:", ".effects")),
    Invented("a body acts no longer", WRAPPED, drop_lines("%call_torchbind:", "wrap_body_0.effects")),
    Invented("one element of a constant", LIFTED, say("1.5409961", "1.5409963", ".constants")),
    Invented(
        "two rows of a constant exchanged",
        LIFTED,
        say(
            "[[1.5409961, -0.2934289, -2.1787894], [0.56843126, -1.0845224, -1.3985955]",
            "[[0.56843126, -1.0845224, -1.3985955], [1.5409961, -0.2934289, -2.1787894]",
            ".constants",
        ),
    ),
    Invented("the sign of an element", LIFTED, say("-0.2934289", "0.2934289", ".constants")),
    Invented("an element that is no number", LIFTED, say("0.83802634", "nan", ".constants")),
    Invented(
        "strides of a constant",
        LIFTED,
        say("float32[3, 3] cpu = ", "float32[3, 3] stride (1, 3) cpu = ", ".constants"),
    ),
    Invented("a constant's type", EXPORT, say("parameter float32[2]", "parameter float64[2]", ".constants")),
    Invented("a constant that is told no longer", EXPORT, drop_lines("self.linear.bias", "module.constants")),
)
