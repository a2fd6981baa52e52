"""How the goldens of two versions differ, in a terminal and as JSON."""

import sys

from rich.console import Console
from rich.text import Text

from graph_goldens.goldens.comparison import Absence, Comparison, ResolvedDifference
from graph_goldens.records import Json
from graph_goldens.report.drift_text import MOST_LINES, format_drift, style_class
from graph_goldens.report.history_table import encode_drift

MOST_ABSENT = 4


def show_comparison(console: Console, compared: Comparison, *, all_lines: bool) -> None:
    """Show each difference, then how many goldens are the same and which there are not."""
    for difference in compared.differing:
        _show_difference(console, compared, difference, all_lines=all_lines)
        console.print()
    if line := _format_same(compared):
        console.print(Text(line, style="green"), soft_wrap=True)
    for absence in compared.absent[:MOST_ABSENT]:
        console.print(Text(absence.sentence, style="yellow"), soft_wrap=True)
    if len(compared.absent) > MOST_ABSENT:
        more = f"and {len(compared.absent) - MOST_ABSENT} more that one of the two versions has no golden for"
        console.print(Text(more, style="yellow"), soft_wrap=True)


def _show_difference(
    console: Console, compared: Comparison, difference: ResolvedDifference, *, all_lines: bool
) -> None:
    if difference.drift is None:
        return
    console.print(
        Text.assemble(
            (difference.case, "bold"),
            " · ",
            (difference.path, "bold"),
            f"  {compared.before} → {compared.after}  ",
            style_class(difference.drift.kind, difference.drift.severity),
        ),
        soft_wrap=True,
    )
    console.print(Text(f"  {' → '.join(difference.overlays)}", style="dim"), soft_wrap=True)
    if difference.because:
        console.print(Text(f"  because: {difference.because}"), soft_wrap=True)
    every = list(format_drift(difference.drift, most_lines=sys.maxsize))
    shown = every if all_lines else list(format_drift(difference.drift, most_lines=MOST_LINES))
    for line in shown:
        console.print(line, soft_wrap=True)
    if len(shown) < len(every):
        console.print(Text("    --all-lines shows them", style="dim"))


def _format_same(compared: Comparison) -> str:
    same = [each for each in compared.differences if not each.drift]
    between = f"for {compared.before} and {compared.after}"
    if len(same) == 1:
        return f"the same {between}: {same[0].case} · {same[0].path}"
    return f"the same {between}: {len(same)} goldens" if same else ""


def encode_comparison(compared: Comparison) -> list[Json]:
    """Encode an entry for each case and tracing path; its `finding` is `drifted`, `same` or `no golden`."""
    versions: dict[str, Json] = {"from": str(compared.before), "to": str(compared.after)}
    return [
        *({**versions, **_encode_difference(each)} for each in compared.differences),
        *({**versions, **_encode_absence(each)} for each in compared.absent),
    ]


def _encode_difference(difference: ResolvedDifference) -> dict[str, Json]:
    named: dict[str, Json] = {
        "case": difference.case,
        "path": difference.path,
        "overlays": list(difference.overlays),
    }
    if difference.drift is None:
        return {**named, "finding": "same"}
    texts: list[Json] = [
        {"artifact": text.name, "from": text.old, "to": text.new} for text in difference.drift.texts
    ]
    drift = encode_drift(difference.drift)
    return {**named, "finding": "drifted", **drift, "because": difference.because, "texts": texts}


def _encode_absence(absence: Absence) -> dict[str, Json]:
    return {
        "case": absence.case,
        "path": absence.path,
        "finding": "no golden",
        "lacking": str(absence.version),
        "begins": str(absence.begins),
    }
