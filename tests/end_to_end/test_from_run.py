"""A run from elsewhere is accepted by the rules of `goldens accept`, and by no others."""

from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.records import Capture, Outcome, Record
from tests.end_to_end.drifted import Drifted


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path)


def refused(drifted: Drifted, file: Path, *arguments: str) -> str:
    """Demand that an update is refused and writes nothing; return what it says."""
    before = drifted.example.goldens()
    ended = drifted.run("update", *arguments, "--from-run", str(file), code=2)
    assert drifted.example.goldens() == before
    return ended.last_error


def ended(record: Record, outcome: Outcome, reason: str) -> Record:
    return replace(record, outcome=outcome, reason=reason, artifacts=())


def test_what_is_acceptable_is_written_and_counted_from_the_store(drifted: Drifted) -> None:
    file = drifted.save(drifted.new)
    ended = drifted.run("update", "--from-run", str(file), "--because", " as released ", code=0)
    assert "wrote 4 goldens" in ended.output
    assert all(drifted.holds(record) for record in drifted.new)
    assert drifted.because("first") == "as released"
    again = drifted.run("update", "--from-run", str(file), "--because", "once more", code=0)
    assert "wrote" not in again.output


def test_writing_is_no_assertion(drifted: Drifted) -> None:
    file = drifted.save(drifted.new)
    arguments = ("update", "--from-run", str(file), "--because", "as released")
    assert "wrote 4 goldens" in drifted.example.run(*arguments, code=0, PYTHONOPTIMIZE="1").output
    assert all(drifted.holds(record) for record in drifted.new)


def test_a_reason_is_asked_where_accept_asks_for_one(drifted: Drifted) -> None:
    file = drifted.save(drifted.new)
    assert "is semantic drift: say why it is right with --because" in refused(drifted, file)
    assert "is semantic drift" in refused(drifted, file, "--because", " ")
    drifted.run("update", "third", "fourth", "--from-run", str(file), code=0)
    assert [drifted.holds(record) for record in drifted.new] == [False, False, True, True]


def test_an_unproved_record_is_refused(drifted: Drifted) -> None:
    file = drifted.save(drifted.new, proved=False)
    assert "was never proved reproducible for p/third by export" in refused(drifted, file, "third")
    assert "was never proved reproducible" in refused(drifted, file, "third", "--because", "why")


def test_a_record_of_another_revision_of_its_case_is_refused(drifted: Drifted) -> None:
    file = drifted.save([replace(drifted.new[2], source="0ld"), *drifted.new[:2]])
    said = refused(drifted, file, "--because", "why")
    assert "p/third by export was captured from another revision of its case" in said
    assert "goldens check p/third" in said


def test_the_same_graphs_of_another_revision_are_refused_too(drifted: Drifted) -> None:
    golden = drifted.goldens.resolve("p/third", "export", drifted.goldens.supported[1])
    assert golden is not None
    file = drifted.save([replace(golden.record, source="0ld")])
    assert "was captured from another revision of its case" in refused(drifted, file)


@pytest.mark.parametrize(
    ("outcome", "reason"), [(Outcome.CRASH, "SIGSEGV"), (Outcome.TIMEOUT, "after 300 s")]
)
def test_a_crash_and_a_timeout_are_accepted_by_name_alone(
    drifted: Drifted, outcome: Outcome, reason: str
) -> None:
    first, second, third, fourth = drifted.new
    file = drifted.save([first, second, third, ended(fourth, outcome, reason)])
    said = f"p/fourth by export is a {outcome.value} ({reason}), which is accepted only by name"
    assert said in refused(drifted, file, "--because", "why")
    assert said in refused(drifted, file, "p/*", "--because", "why")
    classes = ("--all-of", "new", "--all-of", "operators")
    before = drifted.example.goldens()
    assert said in drifted.run("accept", *classes, "--because", "why", code=2).last_error
    assert drifted.example.goldens() == before
    drifted.run("update", "p/fourth", "--from-run", str(file), code=0)
    assert drifted.holds(ended(fourth, outcome, reason))


def test_a_crash_is_accepted_by_its_cluster_s_name(drifted: Drifted) -> None:
    crash = ended(drifted.new[3], Outcome.CRASH, "SIGSEGV")
    drifted.save([*drifted.new[:3], crash])
    drifted.run("accept", drifted.name("fourth"), code=0)
    assert drifted.holds(crash)


def test_what_breaks_a_claim_is_reported_and_not_written(drifted: Drifted) -> None:
    first, *_, fourth = drifted.new
    file = drifted.save_captures([Capture(first, broken=("claimed x",)), Capture(fourth)])
    ended = drifted.run("update", "--from-run", str(file), code=6)
    assert "claimed x" in ended.output
    assert [drifted.holds(record) for record in (first, fourth)] == [False, True]


def test_both_doors_write_the_same_bytes(drifted: Drifted, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Drifted(tmp_path_factory.mktemp("other"))
    file = drifted.save(drifted.new)
    drifted.run("update", "--from-run", str(file), "--because", "as released", code=0)
    every = ("operators", "renamed", "new")
    arguments = [word for name in every for word in ("--all-of", name)]
    other.run("accept", *arguments, "--because", "as released", code=0)
    assert other.example.goldens() == drifted.example.goldens()


def test_a_cut_and_an_edited_run_are_refused_in_one_sentence(drifted: Drifted) -> None:
    file = drifted.save(drifted.new)
    whole = file.read_text()
    for text in (whole.replace("aten.sub", "aten.mul", 1), "".join(whole.splitlines(keepends=True)[:-2])):
        file.write_text(text)
        assert refused(drifted, file, "--because", "why").endswith(
            "is not a run of goldens: it was cut off, or changed after it was written; copy it again, "
            "or capture it again"
        )
