"""Goldens across versions in a terminal and as JSON: letters by version, and what changed at each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from packaging.version import Version
from rich.console import Console
from rich.text import Text

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.drift import Change, Drift, Edit
from graph_goldens.goldens.history import DriftStep, History
from graph_goldens.records import Json, Outcome
from graph_goldens.report.drift_text import style_class
from graph_goldens.report.version_columns import VersionColumn, choose_bands, make_columns
from graph_goldens.words import flatten_text, format_count

NOTHING = "·"
LONGEST = 240

_TURNS = {Severity.SEMANTIC: "bold red", Severity.COSMETIC: "bold yellow"}


@dataclass(frozen=True)
class _Note:
    """What is said below the letters.

    Attributes:
        version: the version that brought it.
        drift: the class of the edit and whether it matters; None where a history begins without graphs.
        sentence: what changed.
    """

    version: Version
    drift: tuple[DriftClass, Severity] | None
    sentence: str

    def format_text(self, more: int) -> Text:
        sentence = flatten_text(self.sentence, LONGEST)
        label = style_class(*self.drift) if self.drift else Text("begins")
        rest = f" (and {format_count(more, 'more edit')})" if more else ""
        return Text.assemble((f"{self.version}: ", "bold"), label, " — ", sentence, (rest, "dim"))


def show_histories(console: Console, histories: Sequence[History]) -> None:
    """Show a block for each case, then what the letters mean."""
    for case, group in groupby(histories, key=lambda history: history.case):
        _show_case(console, case, list(group))
    _print_hanging(console, _build_legend(console, histories), 0)
    drifts = [(history, step) for history in histories for step in history.steps]
    if drifts:
        console.print(
            Text.assemble(("a change in full: ", "dim"), _build_command(*drifts[0])), soft_wrap=True
        )


def _build_command(history: History, step: DriftStep) -> str:
    return f"goldens diff {history.case} --path {history.path} --from {step.before} --to {step.after}"


def _show_case(console: Console, case: str, histories: Sequence[History]) -> None:
    console.print(Text(case, style="bold"))
    names = max(len(history.path) for history in histories) + 2
    for columns, gap in choose_bands(make_columns(histories[0].letters), console.width - names):
        heads = [(each.head, "dim") for each in columns]
        console.print(_format_line(" " * names, heads, columns, gap), soft_wrap=True)
        for history in histories:
            cells = [_format_cell(history, each.version) for each in columns]
            console.print(_format_line(history.path.ljust(names), cells, columns, gap), soft_wrap=True)
    console.print()
    for note, told in _collect_notes(histories).items():
        every = len(told) == len(histories) > 1
        named = f"all {len(told)} tracing paths" if every else ", ".join(told)
        _print_hanging(console, note.format_text(max(told.values())), 2)
        _print_hanging(console, Text(named, style="dim"), 6)
    console.print()


def _print_hanging(console: Console, text: Text, indent: int) -> None:
    """Print a text wrapped, the first line indented and those after it a little more."""
    for number, line in enumerate(text.wrap(console, max(20, console.width - indent - 2))):
        line.rstrip()
        console.print(Text(" " * (indent + (2 if number else 0))) + line, soft_wrap=True)


def _format_line(
    name: str, cells: Sequence[tuple[str, str]], columns: Sequence[VersionColumn], gap: int
) -> Text:
    line = Text(name)
    for (text, style), column in zip(cells, columns, strict=True):
        line.append(text, style)
        line.append(" " * (column.width - len(text) + gap))
    line.rstrip()
    return line


def _format_cell(history: History, version: Version) -> tuple[str, str]:
    letter = history.letters[version]
    if letter is None:
        return NOTHING, "dim"
    turned = next((step.drift.severity for step in history.steps if step.after == version), None)
    if turned:
        return letter, _TURNS[turned]
    return letter, "" if letter.isupper() else "dim"


def _collect_notes(histories: Sequence[History]) -> dict[_Note, dict[str, int]]:
    """Collect what is said, the oldest change first, of which paths, and how many more edits each has."""
    said: dict[_Note, dict[str, int]] = {}
    for history in histories:
        for note, more in _list_history_notes(history):
            said.setdefault(note, {})[history.path] = more
    return dict(sorted(said.items(), key=lambda item: item[0].version))


def _list_history_notes(history: History) -> Iterator[tuple[_Note, int]]:
    first = next(((version, letter) for version, letter in history.letters.items() if letter), None)
    if first and first[1].islower():
        record = history.goldens[first[1]].record
        yield _Note(first[0], None, ": ".join(filter(None, (record.outcome.value, record.reason)))), 0
    for step in history.steps:
        edit, *others = step.drift.edits
        where = "" if edit.where == edit.kind.value else f"{edit.where}: "
        yield _Note(step.after, (edit.kind, edit.severity), f"{where}{edit.sentence}"), len(others)


def _build_legend(console: Console, histories: Sequence[History]) -> Text:
    outcomes = {golden.record.outcome for history in histories for golden in history.goldens.values()}
    others = ", ".join(outcome.value for outcome in Outcome if outcome in outcomes - {Outcome.GRAPHS})
    parts = ["a letter for each distinct record"]
    if others:
        parts.append(f"lower case: no graphs ({others})")
    if any(letter is None for history in histories for letter in history.letters.values()):
        parts.append(f"no golden yet: {NOTHING}")
    legend = Text.assemble((" · ".join(parts), "dim"))
    if console.color_system and any(history.steps for history in histories):
        styles = [(severity.value, style) for severity, style in _TURNS.items()]
        legend += Text.assemble((" · changed: ", "dim"), styles[0], (", ", "dim"), styles[1])
    return legend


def encode_history(history: History) -> dict[str, Json]:
    """Encode a history for a program: the letter of each version, what each letter is, and the changes."""
    return {
        "case": history.case,
        "path": history.path,
        "versions": {str(version): letter for version, letter in history.letters.items()},
        "outcomes": {letter: golden.record.outcome.value for letter, golden in history.goldens.items()},
        "changes": [_encode_step(step) for step in history.steps],
    }


def _encode_step(step: DriftStep) -> dict[str, Json]:
    return {
        "from": str(step.before),
        "to": str(step.after),
        **encode_drift(step.drift),
        "because": step.because,
    }


def encode_drift(drift: Drift) -> dict[str, Json]:
    """Encode a drift's class, severity, fingerprint, the names of its changes, and its edits."""
    return {
        "class": drift.kind.value,
        "severity": drift.severity.value,
        "detail": drift.detail.value if drift.detail else None,
        "fingerprint": drift.fingerprint,
        "changes": [change.fingerprint for change in drift.changes],
        "edits": [encode_edit(edit) for edit in drift.edits],
    }


def encode_change(change: Change) -> dict[str, Json]:
    """Encode what names a change, its class, and what it does."""
    return {
        "fingerprint": change.fingerprint,
        "class": change.kind.value,
        "label": change.label,
        "edits": [encode_edit(edit) for edit in change.edits],
    }


def encode_edit(edit: Edit) -> Json:
    """Encode an edit's class, what is finer, where it is, and what it says."""
    return {
        "class": edit.kind.value,
        "detail": edit.detail.value if edit.detail else None,
        "where": edit.where,
        "edit": edit.sentence,
    }
