"""One change of how captures end has one name, whoever handed the error on."""

from graph_goldens.drift.edits.outcome_patterns import name_message_change, spell_outcome_pattern
from graph_goldens.records import Outcome, Record


def pattern(old: str, new: str) -> str:
    return spell_outcome_pattern(*(Record("p/a", "export", Outcome.ERROR, reason) for reason in (old, new)))


def test_who_handed_an_error_on_is_left_out_where_the_error_changed() -> None:
    plain = pattern("ValueError: no", "TypeError: no tensor")
    handed = "BackendCompilerFailed: backend='inductor' raised: "
    assert pattern(f"{handed}ValueError: no", f"{handed}TypeError: no tensor") == plain
    assert plain == "error ValueError: no → TypeError: no tensor"


def test_a_new_prefix_is_all_that_is_said_where_it_is_all_that_changed() -> None:
    said = {pattern(f"A: {words}", f"A: B: {words}") for words in ("it is not there", "that is no tensor")}
    assert said == {"error A: + the type of what it hands on"}


def test_another_type_of_error_is_another_error() -> None:
    said = {pattern(f"A: {words}", f"B: {words}") for words in ("it is not there", "that is no tensor")}
    assert len(said) == 2


def test_who_no_longer_hands_errors_on_is_one_change_whatever_the_error() -> None:
    reasons = ("ValueError: no queue", "UnsafeError: L['x'] aliases L['tq'][0]")
    said = {pattern(f"InternalTorchDynamoError: {reason}", reason) for reason in reasons}
    assert said == {"error - InternalTorchDynamoError: …"}


def test_an_error_that_is_carried_in_other_words_is_that_alone() -> None:
    said = {
        pattern(
            f"TorchRuntimeError: Failed running call_function lib.{op}(*(FakeTensor), **{{}}):\n{message}",
            "TorchRuntimeError: Dynamo failed to run FX node with fake tensors: call_function "
            f"lib.{op}(*(FakeTensor), **{{}}): got RuntimeError({message!r})",
        )
        for op, message in (("push", "no kernel"), ("pop", 'it\'s of "another" device'))
    }
    (words,) = said
    assert "Failed running" in words
    assert "kernel" not in words


def test_an_error_that_is_carried_is_the_one_that_another_path_raises() -> None:
    carried = (
        "TorchRuntimeError: Dynamo failed to run FX node with fake tensors: call_function f(*(), **{}): got "
    )
    plain = pattern("RuntimeError: no kernel", "RuntimeError: wrong device")
    assert pattern(f"{carried}RuntimeError('no kernel')", f"{carried}RuntimeError('wrong device')") == plain


def test_a_message_has_one_name_as_an_error_and_as_a_reason_of_a_graph_break() -> None:
    names = {
        name_message_change(*pair).name
        for pair in (
            ("Unsupported: op returned non-Tensor int", "Unsupported: op returned non-Tensor\n  Hint: no"),
            ("op returned non-Tensor int", "op returned non-Tensor\n  Hint: no"),
            ("op returned non-Tensor int (in forward)", "op returned non-Tensor\n  Hint: no (in forward)"),
        )
    }
    assert len(names) == 1
