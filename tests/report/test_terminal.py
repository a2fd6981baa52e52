"""What an update wrote is shown golden by golden."""

import io

from rich.console import Console

from graph_goldens.goldens.format import Golden
from graph_goldens.records import Capture
from graph_goldens.report.terminal import show_summary, show_written
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict
from tests.report.drifts import ADD, drift, graph, record

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}


def test_a_golden_is_told_as_new_changed_or_of_another_source() -> None:
    found = drift("add became sub", case="p/changed")
    new, older = record(graph(ADD), "p/new"), record(graph(ADD), "p/older")
    verdicts = [
        Verdict(Capture(new), Finding.MISSING),
        Verdict(Capture(found.record), Finding.DRIFTED, Golden(found.golden), found),
        Verdict(Capture(older), Finding.OLDER_SOURCE, Golden(older)),
        Verdict(Capture(record(graph(ADD), "p/same")), Finding.SAME),
    ]
    console = Console(file=io.StringIO(), width=100)
    show_written(console, verdicts, frozenset(verdict.record.key for verdict in verdicts[:3]))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert lines[0] == "+ p/new · export  new: graphs"
    assert lines[1] == "~ p/changed · export  operators"
    assert lines[-1] == "~ p/older · export  only the case's source"


def test_what_was_not_judged_is_counted_by_itself_and_is_no_failure() -> None:
    captured = Capture(record(graph(ADD), "p/a"))
    console = Console(file=io.StringIO(), width=100)
    run = Run(ENVIRONMENT, {captured.record.key: captured})
    show_summary(console, run, [Verdict(captured, Finding.NOT_JUDGED)], {})
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines()[-1] == "  ? 1 not judged here, for want of a device"
