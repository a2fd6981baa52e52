"""What is pending, accepting and rejecting it by plain commands, as a person and as a bot."""

from pathlib import Path

import pytest

from graph_goldens.goldens.format import Golden
from graph_goldens.records import Capture, Fault, FaultKind
from tests.end_to_end.drifted import ADD, NEWEST, SUB, Drifted, graph

NO_TORCH = {"PATH": "/nowhere", "UV_OFFLINE": "1"}


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path)


def test_pending_lists_clusters_worst_first_and_what_is_new_last(drifted: Drifted) -> None:
    found = drifted.example.run("pending", "--json", code=0, **NO_TORCH).json
    assert [
        (each["class"], len(each["goldens"]), each["needs_reason"], each["proved"])
        for each in found["clusters"]
    ] == [("operators", 2, True, True), ("renamed", 1, False, True), ("new", 1, False, True)]
    first = found["clusters"][0]["goldens"][0]
    assert (first["case"], first["torch"], first["golden"]) == (
        "p/first",
        NEWEST,
        "snapshots/torch-2.12.1/p/first/export.md",
    )
    listed = drifted.run("pending", code=0).output
    assert "3 clusters of 4 goldens pending in 1 saved run" in listed
    assert all(each["fingerprint"] in listed for each in found["clusters"])


def test_a_cluster_is_shown_in_full(drifted: Drifted) -> None:
    name = drifted.name("first")
    shown = drifted.run("pending", name[:4], code=0).output
    assert "p/first · export" in shown
    assert "p/second · export" in shown
    assert shown.count(f"- add = {ADD}(x, 2)") == 2
    assert shown.count(f"+ add = {SUB}(x, 2)") == 2
    assert f'goldens accept {name} --because "…"' in shown
    (full,) = drifted.run("pending", name, "--json", code=0).json
    assert full["goldens"][1]["texts"] == [
        {"artifact": "program.graph", "from": graph(ADD), "to": graph(SUB)}
    ]


def test_accepting_a_cluster_writes_exactly_its_goldens_with_the_reason_in_each(drifted: Drifted) -> None:
    before = drifted.example.goldens()
    written = drifted.example.run(
        "accept", drifted.name("first")[:6], "--because", "subtracts now", code=0, **NO_TORCH
    )
    after = drifted.example.goldens()
    assert "wrote 2 goldens" in written.output
    assert {name for name in after if before.get(name) != after[name]} == {
        "snapshots/torch-2.13.0/p/first/export.md",
        "snapshots/torch-2.13.0/p/second/export.md",
    }
    assert before.items() <= after.items()
    assert [drifted.because(case) for case in ("first", "second", "third")] == ["subtracts now"] * 2 + [""]
    assert [drifted.holds(record) for record in drifted.new] == [True, True, False, False]


def test_what_was_accepted_does_not_come_back(drifted: Drifted) -> None:
    run = drifted.save(drifted.new)
    name = drifted.name("first")
    drifted.run("accept", name, "--because", "subtracts now", code=0)
    classes = [each["class"] for each in drifted.run("pending", "--json", code=0).json["clusters"]]
    assert classes == ["renamed", "new"]
    checked = drifted.run("check", "--from-run", str(run), "--json", code=4).json
    assert checked["findings"] == {"same": 2, "drifted": 1, "no golden": 1}
    before = drifted.example.goldens()
    again = drifted.run("accept", name, "--because", "once more", code=2)
    assert again.last_error == (
        f"goldens: no cluster {name} is pending, or no longer; `goldens pending` lists them"
    )
    assert drifted.example.goldens() == before


def test_a_bot_accepts_all_from_what_pending_says(drifted: Drifted) -> None:
    run = drifted.save(drifted.new)
    for cluster in drifted.run("pending", "--json", code=0).json["clusters"]:
        reason = ("--because", "as released") if cluster["needs_reason"] else ()
        accepted = drifted.run("accept", cluster["fingerprint"], *reason, "--json", code=0).json
        assert accepted["waiting"] == []
        written = accepted["written"]
        assert [each["case"] for each in written] == [each["case"] for each in cluster["goldens"]]
        assert all((drifted.example.root / each["golden"]).is_file() for each in written)
    assert drifted.run("pending", "--json", code=0).json["clusters"] == []
    assert "nothing is pending" in drifted.run("pending", code=0).output
    drifted.run("check", "--from-run", str(run), code=0)
    assert all(drifted.holds(record) for record in drifted.new)


def test_all_clusters_of_a_class_are_accepted_at_once(drifted: Drifted) -> None:
    drifted.run("accept", "--all-of", "renamed", "--all-of", "new", code=0)
    assert [drifted.holds(record) for record in drifted.new] == [False, False, True, True]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--all-of", "operators"), "is semantic drift: say why it is right with --because"),
        (("--all-of", "operators", "--because", " "), "is semantic drift"),
        (("0123456789",), "no cluster 0123456789 is pending, or no longer"),
        (("abc",), "'abc' is too short to name a cluster: give at least 4 letters"),
        (("--all-of", "values"), "no cluster of the class values is pending"),
        (("--all-of", "valuez"), "'valuez' is not a class of drift; the classes are spelling,"),
        ((), "say which clusters"),
        (("--all-of", "new", "--torch", "2.12.1"), "no run of PyTorch 2.12.1 is saved"),
        (("--all-of", "new", "--torch", "newest"), "'newest' is not a PyTorch version"),
        (("--all-of", "new", "0123456789"), "no cluster 0123456789 is pending"),
    ],
)
def test_what_cannot_be_accepted_is_refused_in_a_sentence_and_nothing_is_written(
    drifted: Drifted, arguments: tuple[str, ...], sentence: str
) -> None:
    before = drifted.example.goldens()
    ended = drifted.run("accept", *arguments, code=2)
    assert sentence in ended.last_error
    assert drifted.example.goldens() == before


def test_nothing_is_pending_before_a_check(drifted: Drifted) -> None:
    (drifted.home / "runs" / f"torch-{NEWEST}.jsonl").unlink()
    ended = drifted.run("pending", code=2)
    assert ended.last_error == (
        "goldens: no run is saved, so nothing can be pending; make one with `goldens check`"
    )


def test_a_golden_that_changed_meanwhile_is_not_overwritten(drifted: Drifted) -> None:
    name = drifted.name("first")
    other = drifted.record("first", graph("torch.ops.aten.mul.Tensor"))
    drifted.goldens.update(drifted.goldens.supported[1], Golden(other))
    assert drifted.name("first") != name
    drifted.run("accept", name, "--because", "subtracts now", code=0)
    assert drifted.holds(other)
    assert drifted.because("second") == "subtracts now"


def test_a_record_that_was_never_proved_is_not_accepted(drifted: Drifted) -> None:
    drifted.save(drifted.new, proved=False)
    before = drifted.example.goldens()
    ended = drifted.run("accept", "--all-of", "renamed", code=2)
    assert "was never proved reproducible for p/third by export, so nothing is accepted" in ended.last_error
    assert "goldens update p/third --path export --torch 2.13.0" in ended.last_error
    assert drifted.example.goldens() == before
    assert "not proved reproducible" in drifted.run("pending", drifted.name("third"), code=0).output


def test_a_record_of_an_older_revision_of_its_case_is_not_accepted(drifted: Drifted) -> None:
    name = drifted.name("third")
    file = drifted.example.root / "cases/p/cases.py"
    file.write_text(file.read_text().replace("x.sin()", "x.tan()"))
    ended = drifted.example.run("accept", name, code=2)
    assert f"{name} is of an older revision of p/third" in ended.last_error
    assert "goldens check p/third --torch 2.13.0" in ended.last_error
    assert "1 record of cases that were edited since" in drifted.example.run("pending", code=0).output


def test_what_breaks_a_claim_or_failed_is_never_offered(drifted: Drifted) -> None:
    first, second, *_ = drifted.new
    broken = [Capture(first, broken=("claimed x",)), Capture(second, fault=Fault(FaultKind.HARNESS, "y"))]
    drifted.save_captures(broken)
    found = drifted.run("pending", "--json", code=0).json
    assert (found["clusters"], found["unsound"]) == ([], 2)
    assert "2 records that cannot be accepted as they are" in drifted.run("pending", code=0).output


def test_a_cluster_of_several_versions_is_accepted_in_each_and_no_golden_repeats(drifted: Drifted) -> None:
    drifted.save(drifted.new, "2.12.1+cu130")
    name = drifted.name("first")
    assert "4 goldens" in drifted.run("pending", code=0).output
    drifted.run("accept", name, "--because", "subtracts now", code=0)
    assert set(drifted.example.goldens()) == {
        f"snapshots/torch-2.12.1/p/{case}/export.md" for case in ("first", "second", "third")
    }
    assert [drifted.because("first", version) for version in ("2.12.1", "2.13.0")] == ["subtracts now"] * 2


def test_a_version_can_be_accepted_alone(drifted: Drifted) -> None:
    drifted.save(drifted.new, "2.12.1+cu130")
    name = drifted.name("first")
    drifted.run("accept", name, "--torch", "2.12.1", "--because", "subtracts now", code=0)
    assert drifted.holds(drifted.new[0], "2.12.1")
    assert drifted.holds(drifted.record("first", graph(ADD)), "2.13.0")
    assert drifted.name("first") == name


def test_what_is_rejected_is_offered_no_longer_and_a_check_fails_still(drifted: Drifted) -> None:
    run = drifted.save(drifted.new)
    before, name = drifted.example.goldens(), drifted.name("first")
    drifted.run("reject", name[:5], "--because", "reported upstream", code=0)
    assert drifted.example.goldens() == before
    listed = drifted.run("pending", code=0).output
    assert name not in listed
    assert "1 rejected cluster" in listed
    every = drifted.run("pending", "--all", code=0).output
    assert name in every
    assert "rejected because: reported upstream" in every
    drifted.run("check", "--from-run", str(run), code=1)
    ended = drifted.run("accept", name, "--because", "why", code=2)
    assert f"`goldens reject --undo {name}` offers it again" in ended.last_error


def test_a_rejection_can_be_undone(drifted: Drifted) -> None:
    name = drifted.name("first")
    drifted.run("reject", name, code=0)
    drifted.run("reject", "--undo", name, code=0)
    assert drifted.name("first") == name
    ended = drifted.run("reject", "--undo", name, code=2)
    assert f"no cluster {name} is rejected" in ended.last_error


def test_a_rejected_drift_that_changed_comes_back(drifted: Drifted) -> None:
    drifted.run("reject", "--all-of", "operators", code=0)
    changed = drifted.record("first", graph("torch.ops.aten.div.Tensor"))
    drifted.save([changed, *drifted.new[1:]])
    offered = drifted.run("pending", "--json", code=0).json
    cases = [each["case"] for cluster in offered["clusters"] for each in cluster["goldens"]]
    assert cases == ["p/first", "p/third", "p/fourth"]


def test_an_interrupted_acceptance_leaves_whole_goldens_and_the_rest_pending(drifted: Drifted) -> None:
    name = drifted.name("first")
    drifted.example.write({"snapshots/torch-2.13.0/p/second": "a file where a folder should be"})
    ended = drifted.run("accept", name, "--because", "subtracts now", code=70)
    assert "cannot write" in ended.last_error
    assert drifted.holds(drifted.new[0])
    (drifted.example.root / "snapshots/torch-2.13.0/p/second").unlink()
    drifted.run("accept", name, "--because", "subtracts now", code=0)
    assert drifted.holds(drifted.new[1])
