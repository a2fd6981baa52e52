"""What case modules hold is put back as it was: every name, every container, the very same objects."""

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.cases.module_state import ModuleState


@pytest.fixture
def module() -> Iterator[Any]:
    """A module of the folder of packs."""
    made = sys.modules["cases.p_of_tests"] = ModuleType("cases.p_of_tests")
    yield made
    del sys.modules["cases.p_of_tests"]


def test_names_are_put_back(module: Any) -> None:
    module.calls, module.cache = 0, None
    state = ModuleState()
    module.calls, module.cache, module.more = 7, object(), 1
    state.put_back()
    assert (module.calls, module.cache, hasattr(module, "more")) == (0, None, False)


def test_containers_are_refilled_wherever_else_they_are_known(module: Any) -> None:
    counts, names, known = Counter(a=0, b=2), ["x"], [1]
    nested = {"list": known, "set": {1, 2}}
    module.counts, module.names, module.nested = counts, names, nested
    state = ModuleState()
    counts["a"] += 3
    names.clear()
    nested.pop("list")
    known.append(2)
    module.counts = Counter()
    state.put_back()
    assert (counts, names, nested) == (Counter(a=0, b=2), ["x"], {"list": [1], "set": {1, 2}})
    assert (module.counts, nested["list"]) == (counts, known)
    assert nested["list"] is known


def test_what_refers_to_itself_is_taken_once(module: Any) -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    module.loop = loop
    state = ModuleState()
    loop.clear()
    state.put_back()
    assert loop[0] == 1
    assert loop[1] is loop


def test_order_is_put_back(module: Any) -> None:
    module.ordered = ordered = {"b": 1, "a": 2}
    state = ModuleState()
    ordered["b"] = ordered.pop("b")
    state.put_back()
    assert list(ordered) == ["b", "a"]


def test_other_modules_and_objects_stay_as_they_are(module: Any) -> None:
    module.object = kept = type("Kept", (), {"calls": 0})()
    state = ModuleState()
    kept.calls = 5
    sys.__dict__["_goldens_test"] = 1
    state.put_back()
    assert kept.calls == 5
    assert sys.__dict__.pop("_goldens_test") == 1


_LEAVES = st.integers() | st.text(max_size=3) | st.none() | st.binary(max_size=3)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.lists(inner, max_size=3).map(deque)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3).map(OrderedDict)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3).map(lambda held: defaultdict(list, held))
        | st.sets(st.integers(), max_size=3)
        | st.binary(max_size=3).map(bytearray)
    ),
    max_leaves=12,
)


def _spoil(value: Any) -> None:
    """Empty a container and all that it holds."""
    inner = list(value.values()) if isinstance(value, dict) else list(value)
    value.clear()
    for each in inner:
        if hasattr(each, "clear"):
            _spoil(each)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), _VALUES, max_size=4))
def test_whatever_is_spoilt_comes_back(held: dict[str, Any]) -> None:
    module = sys.modules["cases.p_of_tests"] = ModuleType("cases.p_of_tests")
    try:
        vars(module).update(held)
        before = {name: repr(value) for name, value in held.items()}
        state = ModuleState()
        for value in held.values():
            if hasattr(value, "clear"):
                _spoil(value)
        for name in held:
            delattr(module, name)
        state.put_back()
        assert {name: repr(getattr(module, name)) for name in held} == before
    finally:
        del sys.modules["cases.p_of_tests"]
