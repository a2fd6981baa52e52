"""A move matters where it crosses a conflict on the same thing, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.matching.conflicts import Crossing, Order, find_crossings, name_thing
from graph_goldens.drift.matching.node_accesses import MODE, STORAGE, Access, Accesses, Resource

X, Y = Resource(STORAGE, "%x"), Resource(STORAGE, "%y")


def cross(old: str, new: str, touching: Accesses, universal: tuple[str, ...] = ()) -> tuple[Crossing, ...]:
    """Find the crossings between two orders of nodes of one letter."""
    order = Order(*({name: at for at, name in enumerate(text)} for text in (old, new)))
    return find_crossings(order, (touching, touching), universal)


def read(thing: Resource) -> tuple[Access, ...]:
    return (Access(thing, False),)


def write(thing: Resource) -> tuple[Access, ...]:
    return (Access(thing, True),)


def test_a_read_that_crosses_a_write_of_its_storage_is_told_with_the_side() -> None:
    touching = {"r": read(X), "w": write(X)}
    assert cross("rw", "wr", touching) == (Crossing("r", "w", X, writes=False, after=True),)
    assert cross("wr", "rw", touching) == (Crossing("r", "w", X, writes=False, after=False),)


def test_writes_in_another_order_are_told_once() -> None:
    (found,) = cross("abc", "acb", {name: write(X) for name in "abc"})
    assert (found.writes, {found.node, found.other}) == (True, {"b", "c"})


def test_a_mode_is_crossed_by_every_node_that_depends_on_it() -> None:
    (found,) = cross("sm", "ms", {"m": write(Resource(MODE, "grad"))}, universal=("s",))
    assert (found.node, found.other, found.after) == ("s", "m", True)


@given(st.permutations("abcd"))
def test_reads_alone_and_touches_of_different_things_never_conflict(order: list[str]) -> None:
    new = "".join(order)
    assert cross("abcd", new, {name: read(X) for name in "abcd"}) == ()
    own = {name: write(Resource(STORAGE, f"%{name}")) for name in "abcd"}
    assert cross("abcd", new, own) == ()


@given(st.permutations("abcd"))
def test_a_conflict_is_found_in_both_directions_or_in_none(order: list[str]) -> None:
    touching = {"a": write(X), "b": read(X), "c": write(Y), "d": (*read(X), *read(Y))}
    new = "".join(order)
    assert bool(cross("abcd", new, touching)) == bool(cross(new, "abcd", touching))


def test_things_are_named_by_what_first_held_them() -> None:
    names = [name_thing(each) for each in (X, Resource(STORAGE, "self.norm.mean"), Resource(MODE, "grad"))]
    assert names == ["`x`", "`norm.mean`", "grad"]
