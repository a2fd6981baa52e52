"""Build reports: of what a check found, of runs that were kept, and of the goldens through the versions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

from graph_goldens.cases.program_sources import read_program_sources
from graph_goldens.drift.drift import Drift
from graph_goldens.errors import UserError
from graph_goldens.gate.check import hold_known
from graph_goldens.gate.environment_matrix import Ended, Failure
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.flavours import find_flavour_drifts, list_flavour_pairs
from graph_goldens.gate.home import find_home
from graph_goldens.gate.judge import judge_run
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.replay import add_evidence
from graph_goldens.gate.result import Result
from graph_goldens.gate.severity_policy import judge_history
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.history import History, trace_history
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.keys import Key
from graph_goldens.report.golden_lines import find_changed_line
from graph_goldens.report.known_text import describe_gone, describe_known, describe_standing
from graph_goldens.report.let_through import find_let_through
from graph_goldens.report.model import Cell, Gravity, Item, Matrix, Problem, ProblemKind, Report, Section
from graph_goldens.runs.release_commits import find_release_step, find_run_step
from graph_goldens.runs.run import Run
from graph_goldens.runs.selection import EVERYTHING, Selection, select
from graph_goldens.runs.verdict import Finding, Verdict
from graph_goldens.versions import find_newest_not_after

MOST_NAMED = 3

_AS_GOLDEN = (Finding.SAME, Finding.OLDER_SOURCE, Finding.IGNORED)


@dataclass(frozen=True)
class GoldenFiles:
    """Where the goldens of a project lie, looked up once.

    Attributes:
        root: the project's folder, to which files are relative in a report.
        held: for each case and tracing path its files by the versions of their overlays.
    """

    root: Path
    held: Mapping[Key, Mapping[Version, Path]]

    def find_file(self, key: Key, version: Version) -> str:
        """Find the file that a golden resolves to for a version; empty where there is none."""
        files = self.held.get(key, {})
        own = find_newest_not_after(files, version)
        return self.name_file(files[own]) if own else ""

    def name_file(self, file: Path) -> str:
        """Name a file as a report does."""
        return (file.relative_to(self.root) if file.is_relative_to(self.root) else file).as_posix()


def find_golden_files(project: Project, stored: Iterable[StoredGolden]) -> GoldenFiles:
    """Look up where goldens lie."""
    held: dict[Key, dict[Version, Path]] = {}
    for entry in stored:
        held.setdefault(entry.key, {})[entry.version] = entry.file
    return GoldenFiles(project.root, held)


def report_runs(project: Project, runs: Sequence[Run], selection: Selection = EVERYTHING) -> Report:
    """Hold runs that were captured before against the goldens as they are now. Needs no PyTorch.

    Raises:
        UserError: the selection matches nothing in a run.
    """
    goldens = open_fixed_goldens(project)
    chosen = [run.choose(selection) for run in runs]
    results = []
    for run in chosen:
        verdicts = add_evidence(judge_run(run, goldens, project.policy), project, run.torch)
        results.append(hold_known(run, verdicts, goldens, project))
    return report_results(project, results)


def report_results(project: Project, ended: Sequence[Ended]) -> Report:
    """Report what was found in some environments: a section for each."""
    files = find_golden_files(project, open_goldens(project).list_stored())
    names = _name_environments(ended)
    sections = [_build_section(each, name, files, project) for each, name in zip(ended, names, strict=True)]
    results = [each for each in ended if isinstance(each, Result)]
    records = {key: capture.record for result in results for key, capture in result.run.captures.items()}
    return Report(
        title=_build_title(names),
        sections=tuple(sections),
        matrix=_build_matrix(ended, names),
        records=records,
        programs=read_program_sources(project.cases, {case for case, _ in records}),
        flavours=list_flavour_pairs([result.run for result in results]),
    )


def _name_environments(ended: Sequence[Ended]) -> list[str]:
    """Name each environment by its version, in full where two share it."""
    short = [
        each.name.removeprefix("torch-") if isinstance(each, Failure) else str(each.run.version.public)
        for each in ended
    ]
    return [
        each.run.torch if isinstance(each, Result) and short.count(name) > 1 else name
        for each, name in zip(ended, short, strict=True)
    ]


def _build_title(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names)} PyTorch versions from {names[0]} to {names[-1]} held against the goldens"
    return f"PyTorch {', '.join(names)} held against the goldens"


def _build_section(ended: Ended, name: str, files: GoldenFiles, project: Project) -> Section:
    if isinstance(ended, Failure):
        problem = Problem(ProblemKind.ENVIRONMENT_FAILED, "", "", ended.problem, gravity=Gravity.FAULT)
        return Section(ended.name, "golden", name, problems=(problem,))
    return Section(
        title=ended.run.title,
        source=find_run_step(project.supported, ended.run),
        before="golden",
        after=name,
        items=tuple(_list_items(ended, files)),
        problems=tuple(_list_problems(ended, files)),
        records=len(ended.verdicts),
        accept=f"--torch {ended.run.version.public}",
        same=tuple(verdict.record.key for verdict in ended.verdicts if verdict.finding in _AS_GOLDEN),
        let_through=find_let_through(ended.verdicts),
        flavours=tuple(
            each.sentence for each in find_flavour_drifts(ended.run, ended.open_verdicts, find_home(project))
        ),
        known=tuple(_list_items(ended, files, Finding.KNOWN)),
        accepted=tuple(sorted(ended.accepted)),
        standing=describe_standing(ended.known),
    )


def _list_items(result: Result, files: GoldenFiles, finding: Finding = Finding.DRIFTED) -> Iterator[Item]:
    for verdict in result.verdicts:
        if verdict.finding is finding and verdict.drift and verdict.golden:
            file = files.find_file(verdict.record.key, result.run.version)
            line = find_changed_line(verdict.golden, verdict.drift)
            yield Item(verdict.drift, file, line=line, known=verdict.known)


def _list_problems(result: Result, files: GoldenFiles) -> Iterator[Problem]:
    for verdict in result.verdicts:
        if found := classify_problem(verdict.finding):
            key = verdict.record.key
            file = files.find_file(key, result.run.version)
            yield Problem(found.kind, *key, _explain_problem(verdict), file, found.gravity)
    for mistake in result.run.mistakes:
        for case in mistake.names:
            yield Problem(ProblemKind.UNUSABLE, case, "", str(mistake), gravity=Gravity.FAULT)
    for stored in result.unused:
        sentence = "no case gives a record for it; `goldens prune` removes it"
        file = files.name_file(stored.file)
        yield Problem(ProblemKind.UNUSED_GOLDEN, stored.case, stored.path, sentence, file, Gravity.WARNING)
    for each in result.known.gone:
        file = files.name_file(each.known.file) if each.known.file else ""
        for key in each.records:
            yield Problem(ProblemKind.KNOWN_GONE, *key, describe_gone(each), file, Gravity.WARNING)


class ProblemClass(NamedTuple):
    """Which problem a finding is, and how much it matters."""

    kind: ProblemKind
    gravity: Gravity


def classify_problem(finding: Finding) -> ProblemClass | None:
    """Say which problem a finding is and how much it matters; None where it is none, or a drift."""
    match finding:
        case Finding.SAME | Finding.OLDER_SOURCE | Finding.IGNORED | Finding.NOT_JUDGED:
            return None
        case Finding.DRIFTED | Finding.KNOWN:
            return None
        case Finding.KNOWN_UNSTABLE:
            return ProblemClass(ProblemKind.KNOWN_UNSTABLE, Gravity.NOTE)
        case Finding.MISSING:
            return ProblemClass(ProblemKind.MISSING, Gravity.WARNING)
        case Finding.BROKEN_CLAIM:
            return ProblemClass(ProblemKind.BROKEN_CLAIM, Gravity.ERROR)
        case Finding.NOT_REPRODUCIBLE:
            return ProblemClass(ProblemKind.NOT_REPRODUCIBLE, Gravity.ERROR)
        case Finding.UNREADABLE:
            return ProblemClass(ProblemKind.UNREADABLE, Gravity.FAULT)
        case Finding.FAULT:
            return ProblemClass(ProblemKind.FAULT, Gravity.FAULT)


def _explain_problem(verdict: Verdict) -> str:
    if verdict.finding is Finding.KNOWN_UNSTABLE:
        return describe_known(verdict)
    if verdict.problem:
        return verdict.problem
    reason = f": {verdict.record.reason}" if verdict.record.reason else ""
    return f"nothing was accepted yet; it gives {verdict.record.outcome.value}{reason}"


def _build_matrix(ended: Sequence[Ended], names: Sequence[str]) -> Matrix:
    found = [
        {verdict.record.key: verdict for verdict in each.verdicts} if isinstance(each, Result) else {}
        for each in ended
    ]
    keys = sorted({key for verdicts in found for key in verdicts})
    return Matrix(tuple(names), {key: [_build_verdict_cell(each.get(key)) for each in found] for key in keys})


def _build_verdict_cell(verdict: Verdict | None) -> Cell:
    if verdict is None:
        return Cell()
    drift = verdict.drift if verdict.finding in (Finding.DRIFTED, Finding.KNOWN) else None
    return _build_cell("", verdict.record.outcome.value, drift)


def _build_cell(letter: str, outcome: str, drift: Drift | None) -> Cell:
    return Cell(letter, outcome, drift.kind, drift.severity) if drift else Cell(letter, outcome)


def report_history(project: Project, selection: Selection = EVERYTHING) -> Report:
    """Report how the goldens changed from version to version: a section for each step. Needs no PyTorch.

    Raises:
        UserError: there are no goldens, one cannot be read, or the selection matches nothing; or all that it
            matches were removed meanwhile.
    """
    goldens = open_goldens(project)
    stored = goldens.list_stored()
    versions = list_watched_versions(goldens)
    keys = choose_keys(project, {entry.key for entry in stored}, selection)
    traced = [judge_history(project.policy, trace_history(goldens, *key, versions)) for key in keys]
    histories = [history for history in traced if history.goldens]  # others were removed meanwhile
    if not histories:
        raise UserError(f"the goldens in {project.snapshots} were removed while they were read; ask again")
    files = find_golden_files(project, stored)
    return Report(
        title=f"How PyTorch's graphs changed from {versions[0]} to {versions[-1]}",
        sections=tuple(_build_step_section(*step, histories, files) for step in pairwise(versions)),
        matrix=Matrix(
            tuple(map(str, versions)),
            {Key(history.case, history.path): _build_history_cells(history) for history in histories},
        ),
        records={Key(each.case, each.path): _find_newest(each).record for each in histories},
        programs=read_program_sources(project.cases, {history.case for history in histories}),
    )


def choose_keys(project: Project, keys: Iterable[Key], selection: Selection) -> list[Key]:
    """Choose among the goldens of a project.

    Raises:
        UserError: there are none, or the selection matches nothing.
    """
    every = sorted(keys)
    if not every:
        raise UserError(f"there are no goldens in {project.snapshots}; write the first with `goldens update`")
    return select(every, selection)


def _build_step_section(
    before: Version, after: Version, histories: Sequence[History], files: GoldenFiles
) -> Section:
    return Section(
        title=f"PyTorch {before} → {after}",
        source=find_release_step(before, after),
        before=str(before),
        after=str(after),
        items=tuple(item for history in histories for item in _list_step_items(history, after, files)),
        problems=tuple(
            Problem(
                ProblemKind.NEW_GOLDEN,
                each.case,
                each.path,
                f"its goldens begin at {after}",
                file,
                Gravity.NOTE,
            )
            for each in histories
            if each.letters[after] and not each.letters[before]
            if (file := files.find_file(Key(each.case, each.path), after))
        ),
        records=sum(history.letters[after] is not None for history in histories),
    )


def _list_step_items(history: History, after: Version, files: GoldenFiles) -> Iterator[Item]:
    for step in history.steps:
        if step.after == after:
            shown = Golden(step.drift.record, step.because)
            file = files.find_file(Key(history.case, history.path), after)
            yield Item(step.drift, file, step.because, find_changed_line(shown, step.drift))


def _build_history_cells(history: History) -> list[Cell]:
    drifts = {step.after: step.drift for step in history.steps}
    return [_build_letter_cell(history, letter, drifts.get(at)) for at, letter in history.letters.items()]


def _build_letter_cell(history: History, letter: str | None, drift: Drift | None) -> Cell:
    return _build_cell(letter, history.goldens[letter].record.outcome.value, drift) if letter else Cell()


def _find_newest(history: History) -> Golden:
    letters = [letter for letter in history.letters.values() if letter]
    return history.goldens[letters[-1]]
