"""What a whole record says: ranges, guards, facts, how it ended."""

from graph_goldens.records import Outcome
from tests.drift.invented.mutating import (
    BREAKS,
    EXPORT,
    FAILED,
    UNBACKED,
    WRAPPED,
    Invented,
    _end,
    drop_lines,
    restate,
    reword,
    say,
    state,
)

MATTERS = (
    Invented("a smallest size", UNBACKED, say("u0 in [0,", "u0 in [2,", ".ranges")),
    Invented("a largest size", UNBACKED, say("u1 in [0, int_oo]", "u1 in [0, 64]", ".ranges")),
    Invented("a range less", UNBACKED, drop_lines("u1 in", ".ranges")),
    Invented(
        "a guard on another input", WRAPPED, say("TENSOR_MATCH L['x']", "TENSOR_MATCH L['y']", ".guards")
    ),
    Invented(
        "a guard of another kind", WRAPPED, say("TYPE_MATCH G['wrap']", "ID_MATCH G['wrap']", ".guards")
    ),
    Invented("a guard of all state less", WRAPPED, drop_lines("GRAD_MODE", ".guards")),
    Invented("a result that is not eager's", EXPORT, state(same_as_eager="result 1: other values")),
    Invented("a count that the case observed", EXPORT, restate('"pop": 2', '"pop": 3')),
    Invented("another dialect", EXPORT, restate("TRAINING", "ATEN")),
    Invented("a frame more", BREAKS, state(frames=[5])),
    Invented(
        "a break for another reason",
        BREAKS,
        restate("Call to `torch._dynamo.graph_break()`", "Data-dependent branching"),
    ),
    Invented("another attribute failed", FAILED, reword("attr 'a'", "attr 'b'")),
    Invented("another method failed", FAILED, reword("__setattr__", "__getattr__")),
    Invented("what failed is denied", FAILED, reword("should not depend", "should depend")),
    Invented("another type failed", FAILED, reword("AttributeError", "TypeError")),
    Invented("the process died", FAILED, _end(Outcome.CRASH)),
    Invented("nothing was captured", FAILED, _end(Outcome.NOTHING_CAPTURED)),
)
