"""Write the figures of docs/atlas anew: `make atlas`; the prose stays, and a new version's page is begun."""

from pathlib import Path

from graph_goldens.gate.project import find_project
from tests.atlas.census import take_census
from tests.atlas.pages import fill_atlas, write_figures
from tests.atlas.reports import list_reports


def main() -> None:
    """Write what the goldens say now, and name the files that changed."""
    project = find_project(Path.cwd())
    census = take_census(project)
    figures = write_figures(census, list_reports(project, census.packs))
    for file, text in fill_atlas(project.root / "docs" / "atlas", figures).items():
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {file.relative_to(project.root)}")


if __name__ == "__main__":
    main()
