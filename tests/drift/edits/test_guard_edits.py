from graph_goldens.drift.edits.guard_edits import find_guard_edits
from graph_goldens.drift.text.spelling import Symbols
from tests.drift.building import told


def changes(old: list[str], new: list[str], symbols: Symbols | None = None) -> list[str]:
    return told(find_guard_edits("\n".join(old), "\n".join(new), "g.guards", symbols or Symbols()))


def test_guards_that_came_and_went_are_told_by_kind() -> None:
    old, new = ["A L['x']", "B L['y']"], ["A L['x']", "C L['z']", "C L['w']", "C L['v']"]
    assert changes(old, new) == [
        "guards: - guard B on L['y']",
        "guards: + guard C on L['z'], L['w'] and 1 more",
    ]


def test_a_guard_of_another_kind_on_the_same_subject_took_its_place() -> None:
    old, new = ["FUNCTION_MATCH f", "FUNCTION_MATCH g", "GRAD_MODE"], ["CLASS_MATCH f", "CLASS_MATCH g"]
    assert changes(old, new) == [
        "guards: guard FUNCTION_MATCH → CLASS_MATCH on f, g",
        "guards: - guard GRAD_MODE",
    ]


def test_the_same_subject_twice_is_two_guards() -> None:
    assert changes(["A x", "A x"], ["A x"]) == ["guards: - guard A on x"]
    assert changes(["A x"], ["B x", "C x"]) == ["guards: guard A → B, C on x"]


def test_guards_in_another_order_are_reordered() -> None:
    assert changes(["A x", "B y"], ["B y", "A x"]) == ["reordered: guards stand in another order"]


def test_symbols_in_guards_may_have_other_names() -> None:
    symbols = Symbols()
    assert changes(["S s0 >= 2", "S s1 >= 2"], ["S s5 >= 2", "S s6 >= 2"], symbols) == []
    assert symbols.renamed == {"s0": "s5", "s1": "s6"}


def test_white_space_within_a_subject_counts() -> None:
    assert changes(["A L['a b']"], ["A L['ab']"]) == [
        "guards: - guard A on L['a b']",
        "guards: + guard A on L['ab']",
    ]


def test_one_change_of_guards_has_one_pattern_whatever_it_is_about() -> None:
    patterns = {
        edit.pattern
        for name in "ab"
        for edit in find_guard_edits(f"A {name}", f"B {name}", "g.guards", Symbols())
    }
    assert patterns == {"guard A → B"}


def patterns(old: str, new: str) -> list[str]:
    return sorted(edit.pattern for edit in find_guard_edits(old, new, "g.guards", Symbols()))


def test_one_kind_on_things_of_two_sorts_is_two_changes() -> None:
    old = "A L['x']\nA L['self']._modules['linear']\nA L['y']"
    assert patterns(old, "") == ["- guard A on a local", "- guard A on a module of a module"]


def test_all_that_guards_one_thing_changes_at_once() -> None:
    old = ["DICT_CONST_KEYS L['self']._buffers", "SEQUENCE_LENGTH L['self']._buffers"]
    new = ["DICT_CONTAINS L['self']._buffers", "TYPE_MATCH L['self']._buffers"]
    kinds = "DICT_CONST_KEYS, SEQUENCE_LENGTH → DICT_CONTAINS, TYPE_MATCH"
    assert changes(old, new) == [f"guards: guard {kinds} on L['self']._buffers"]


def test_guards_of_the_state_of_all_take_no_place_of_each_other() -> None:
    assert patterns("GRAD_MODE\nA", "GLOBAL_STATE\nA") == ["+ guard GLOBAL_STATE", "- guard GRAD_MODE"]


def test_a_kind_that_took_anothers_place_on_globals_is_one_change_whatever_module_they_are_of() -> None:
    names = ("G['torch']", "G['ops']", "G['__import_torch_dot_nn_dot_modules_dot_linear'].F")
    found = {
        pattern for name in names for pattern in patterns(f"FUNCTION_MATCH {name}", f"MODULE_MATCH {name}")
    }
    assert found == {"guard FUNCTION_MATCH → MODULE_MATCH on a global"}


def test_expressions_are_told_apart_by_how_they_compare_and_what() -> None:
    even, four, other = "(L['x'].size()[0] % 2) == 0", "L['x'].size()[0] == 4", "L['y'].size()[1] == 8"
    assert patterns("", even) == ["+ guard by % ==: size"]
    assert patterns("", four) == patterns("", other) == ["+ guard by ==: size"]
    assert patterns("", "L['x'].stride()[0] == 4") == ["+ guard by ==: stride"]
