"""A golden in a terminal, with the colours of its code."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from graph_goldens.cli.consoles import make_output
from graph_goldens.gate.held_goldens import ListedGolden


def show_goldens(found: Sequence[ListedGolden]) -> int:
    """Show goldens one after the other."""
    for listed in found:
        _show_golden(make_output(), listed)
    return 0


def _show_golden(console: Console, listed: ListedGolden) -> None:
    record = listed.golden.record
    console.rule(Text.assemble((record.case, "bold"), " · ", (record.path, "bold")), align="left")
    console.print(Text(str(listed.file), style="dim"), soft_wrap=True)
    if listed.golden.because:
        console.print(Text(f"because: {listed.golden.because}"))
    console.print(Text(record.outcome.value, style="bold green" if not record.reason else "bold red"))
    if record.reason:
        console.print(Text(record.reason))
    for name, value in record.facts.items():
        console.print(Text.assemble((f"  {name}: ", "cyan"), json.dumps(value)))
    for artifact in record.artifacts:
        console.print(Text(f"\n{artifact.name}", style="bold"))
        language = "python" if artifact.name.endswith(".code") else "text"
        console.print(Syntax(artifact.text, language, background_color="default", word_wrap=True))
    console.print()
