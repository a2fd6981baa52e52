"""One change of how captures end has one name, whoever handed the error on."""

from graph_goldens.drift.edits.outcome_patterns import spell_outcome_pattern
from graph_goldens.records import Outcome, Record


def pattern(old: str, new: str) -> str:
    return spell_outcome_pattern(*(Record("p/a", "export", Outcome.ERROR, reason) for reason in (old, new)))


def test_who_handed_an_error_on_is_left_out_where_the_error_changed() -> None:
    plain = pattern("ValueError: no", "TypeError: no tensor")
    handed = "BackendCompilerFailed: backend='inductor' raised: "
    assert pattern(f"{handed}ValueError: no", f"{handed}TypeError: no tensor") == plain
    assert plain == "error ValueError: no → error TypeError: no tensor"


def test_a_new_prefix_is_all_that_is_said_where_it_is_all_that_changed() -> None:
    said = {pattern(f"A: {words}", f"A: B: {words}") for words in ("it is not there", "that is no tensor")}
    assert said == {"error A: … → A: B: …"}


def test_another_type_of_error_is_another_error() -> None:
    said = {pattern(f"A: {words}", f"B: {words}") for words in ("it is not there", "that is no tensor")}
    assert len(said) == 2
