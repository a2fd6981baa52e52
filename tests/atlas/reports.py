"""The public reports that cases stand for, and the versions at which the graphs of each changed."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph_goldens.cases.packs import PackSources
from graph_goldens.drift.classes import Severity
from graph_goldens.gate.project import Project
from tests.atlas.census import AtlasCensus, AtlasStep

ISSUES = "https://github.com/pytorch/pytorch/issues/"

_REPORT = re.compile(r"\(pytorch#(\d+)\)")


@dataclass(frozen=True)
class PublicReport:
    """What somebody reported to PyTorch, and the case that stands for it.

    Attributes:
        number: the issue's number.
        case: the case's full name.
        concept: what the case's docstring says, without the number.
    """

    number: int
    case: str
    concept: str


def list_reports(project: Project, packs: Sequence[str]) -> list[PublicReport]:
    """List the reports that docstrings of some packs' cases name, oldest first."""
    sources = PackSources(project.cases)
    found = (
        _read_report(f"{pack}/{node.name}", ast.get_docstring(node) or "")
        for pack, file in sources.modules
        if pack in packs
        for node in sources.list_case_functions(file)
    )
    return sorted((report for each in found for report in each), key=lambda each: (each.number, each.case))


def _read_report(case: str, docstring: str) -> Iterator[PublicReport]:
    first = " ".join(docstring.partition("\n\n")[0].split())
    for number in _REPORT.findall(first):
        concept = _REPORT.sub("", first).replace(" .", ".").strip().removesuffix(".")
        yield PublicReport(int(number), case, concept)


def write_reports(census: AtlasCensus, reports: Sequence[PublicReport]) -> str:
    """Write a table of the reports: in how many records each case's graphs changed, by version."""
    versions = [f"{step.after.major}.{step.after.minor}" for step in census.steps]
    counts = [_count_semantic(step) for step in census.steps]
    rows = (
        f"| [{each.number}]({ISSUES}{each.number}) | `{each.case}` | {each.concept} | "
        + " | ".join(str(count[each.case] or "·") for count in counts)
        + " |"
        for each in reports
    )
    heads = (
        f"| report | case | what it does | {' | '.join(versions)} |",
        f"| ---: | --- | --- | {' | '.join('---:' for _ in versions)} |",
    )
    return "\n".join((*heads, *rows))


def _count_semantic(step: AtlasStep) -> Counter[str]:
    """Count a step's semantic drifts by case."""
    drifts = (item.drift for item in step.section.items)
    return Counter(drift.case for drift in drifts if drift.severity is Severity.SEMANTIC)
