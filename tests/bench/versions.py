"""The matrix of PyTorch versions whose environments exist, beside the checks of each."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_places import list_places
from graph_goldens.gate.project import Project
from tests.bench.asked import Asked
from tests.bench.copies import make_copies
from tests.bench.measure import run_check
from tests.bench.start_up import BASE, time_command


def compare_matrix(console: Console, project: Project, folder: Path) -> Iterator[Asked]:
    """Check a pack by each version that has an environment, one by one and as a matrix."""
    places = {place.name for place in list_places(project.working)}
    made = [str(each) for each in project.supported if describe_release(str(each)).name in places]
    copies = make_copies(project, folder / "matrix", 1, made)
    console.print(f"matrix of {', '.join(made)}", style="dim")
    alone = sum(run_check(copies, "--no-cache", f"--torch={each}").seconds for each in made)
    together = run_check(copies, "--no-cache", *(f"--torch={each}" for each in made)).seconds
    yield Asked(f"matrix of {len(made)} versions to their own checks", [together / alone], 1.0)
    base, _ = time_command(BASE, copies)
    reused = run_check(copies, *(f"--torch={each}" for each in made))
    reused = run_check(copies, *(f"--torch={each}" for each in made))
    yield Asked(f"matrix of {len(made)}, all reused, to `import typer, rich`", [reused.seconds / base], 40.0)
