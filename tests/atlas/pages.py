"""The atlas's pages: prose that people write, and between two marks the figures that are written for them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.atlas.census import AtlasCensus
from tests.atlas.figures import name_page, write_operators, write_step, write_steps
from tests.atlas.reports import PublicReport, write_reports

INDEX = "README.md"
FIGURES, STEPS, REPORTS, OPERATORS = "figures", "steps", "reports", "operators"

_BLOCK = re.compile(
    r"^<!-- ([a-z]+): written by `make atlas` -->\n(.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL
)


def write_figures(census: AtlasCensus, reports: Sequence[PublicReport]) -> Mapping[str, Mapping[str, str]]:
    """Write all figures: for each page's file its blocks by their marks' names."""
    pages = {name_page(step.after): {FIGURES: write_step(step)} for step in census.steps}
    index = {
        STEPS: write_steps(census),
        REPORTS: write_reports(census, reports),
        OPERATORS: write_operators(census.operators),
    }
    return {INDEX: index, **pages}


def fill_page(text: str, blocks: Mapping[str, str]) -> str:
    """Put figures between the marks of their names, and leave everything else as it is.

    Raises:
        ValueError: the page has other blocks, or one twice.
    """
    if sorted(each[1] for each in _BLOCK.finditer(text)) != sorted(blocks):
        raise ValueError(f"the page should have these blocks, each once: {', '.join(sorted(blocks))}")
    return _BLOCK.sub(lambda each: frame_block(each[1], blocks[each[1]]), text)


def frame_block(name: str, figures: str) -> str:
    """Put figures between their marks."""
    return f"<!-- {name}: written by `make atlas` -->\n\n{figures}\n\n<!-- end -->"


def begin_page(name: str, blocks: Mapping[str, str]) -> str:
    """Begin a page that is not there yet: a heading and empty blocks, to which a person adds the prose."""
    frames = "\n\n".join(frame_block(block, "") for block in blocks)
    return f"# PyTorch {name.removesuffix('.md')}\n\n## Figures\n\n{frames}\n"


def fill_atlas(folder: Path, figures: Mapping[str, Mapping[str, str]]) -> Mapping[Path, str]:
    """Fill each page with its figures, without writing any: what each file of the atlas should hold."""
    filled = {}
    for name, blocks in figures.items():
        file = folder / name
        text = file.read_text(encoding="utf-8") if file.exists() else begin_page(name, blocks)
        filled[file] = fill_page(text, blocks)
    return filled
