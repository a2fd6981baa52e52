"""What goldens say of the claims of their cases, in a terminal and as JSON."""

from collections.abc import Sequence
from itertools import groupby

from packaging.version import Version
from rich.console import Console
from rich.text import Text

from graph_goldens.gate.golden_claims import BrokenClaim, GoldenClaims
from graph_goldens.records import Json
from graph_goldens.words import format_count, join_some


def show_claims(console: Console, found: GoldenClaims, *, everything: bool) -> None:
    """Show the claims that do not hold, by case and version, then how many were asked about."""
    for case, group in groupby(found.broken, key=lambda broken: broken.case):
        console.print(Text.assemble(("✗ ", "red"), (case, "bold")), soft_wrap=True)
        for broken in group:
            console.print(_format_broken(broken, found.versions), soft_wrap=True)
        console.print()
    held = f"{format_count(found.held, 'claim')} {'holds' if found.held == 1 else 'hold'}"
    style, mark = ("red", "✗") if found.broken else ("green", "✓")
    wrong = f", {format_count(len(found.broken), 'broken claim')}" if found.broken else ""
    console.print(
        Text(
            f"{mark} {held}{wrong}: {format_count(found.goldens, 'golden')} answered, of "
            f"{name_span(found.versions, found.versions)}",
            style,
        ),
        soft_wrap=True,
    )
    if found.elsewhere:
        verb = "is" if found.elsewhere == 1 else "are"
        what = f"  {format_count(found.elsewhere, 'claim')} {verb} of other versions or tracing paths"
        console.print(Text(what, "dim"), soft_wrap=True)
    if found.computed:
        count = format_count(sum(found.computed.values()), "claim")
        cases = join_some(list(found.computed), len(found.computed) if everything else 3)
        console.print(
            Text(f"  {count} that no golden can answer, so that only `goldens check` asks: {cases}", "dim"),
            soft_wrap=True,
        )


def _format_broken(broken: BrokenClaim, every: Sequence[Version]) -> Text:
    path = f"{broken.path}  " if broken.path else ""
    return Text.assemble(f"    {path}", (name_span(broken.versions, every), "dim"), f"  {broken.sentence}")


def name_span(versions: Sequence[Version], every: Sequence[Version]) -> str:
    """Name versions briefly: `2.4.1 to 2.6.0` where they follow each other among all."""
    first = list(every).index(versions[0])
    if len(versions) > 2 and list(every[first : first + len(versions)]) == list(versions):
        return f"{versions[0]} to {versions[-1]}"
    return ", ".join(map(str, versions))


def encode_claims(found: GoldenClaims) -> dict[str, Json]:
    """Encode what was found."""
    return {
        "versions": [str(version) for version in found.versions],
        "held": found.held,
        "goldens": found.goldens,
        "broken": [
            {
                "case": broken.case,
                "path": broken.path,
                "sentence": broken.sentence,
                "versions": [str(version) for version in broken.versions],
            }
            for broken in found.broken
        ],
        "computed": dict(found.computed),
        "elsewhere": found.elsewhere,
        "exit_code": found.exit_code,
    }
