"""What is written of effects reads back, and what is no such text is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.graphs.effect_lines import EffectsError, NodeEffects, read_effects, write_effects

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True)
OWNERS = st.one_of(
    NAMES.map("%{}".format),
    st.tuples(NAMES, st.integers(0, 9)).map(lambda pair: f"%{pair[0]}[{pair[1]}]"),
    NAMES.map("self.{}".format),
)


def several(items: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, max_size=3, unique=True).map(tuple)


EFFECTS = st.builds(
    NodeEffects,
    writes=several(OWNERS),
    shares=several(OWNERS),
    draws=several(st.sampled_from(["cpu", "cuda:0", "generator"])),
    acts=several(st.one_of(OWNERS, st.just("ordered"))),
    sets=several(st.sampled_from(["grad", "autocast"])),
    uses=several(st.text()),
    asserts=st.booleans(),
    unknown=st.booleans(),
)


@given(st.dictionaries(NAMES, EFFECTS))
def test_effects_read_back_and_nodes_without_any_have_no_line(effects: dict[str, NodeEffects]) -> None:
    text = write_effects(effects)
    assert read_effects(text) == {name: found for name, found in effects.items() if found}
    assert write_effects(read_effects(text)) == text


@given(EFFECTS, EFFECTS)
def test_joined_effects_hold_all_of_both(one: NodeEffects, other: NodeEffects) -> None:
    both = one | other
    assert set(both.writes) == {*one.writes, *other.writes}
    assert both.unknown == (one.unknown or other.unknown)
    assert both | one == both


@pytest.mark.parametrize(
    "line",
    ["relu", "%relu", "%relu: eats %x", "%relu: writes", "%relu: unknown %x", "%relu: writes %x;shares %y"],
)
def test_what_is_no_line_of_effects_is_refused(line: str) -> None:
    with pytest.raises(EffectsError):
        read_effects(line)
