"""Small reports for the tests of their formats."""

from dataclasses import replace

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift, Judgement
from graph_goldens.records import Artifact, Outcome, Record
from graph_goldens.report.model import Gravity, Item, Problem, ProblemKind, Report, Section

HOSTILE = [
    "a`b``c```d",
    "a|b\\|c",
    "<details>",
    "</details>",
    "</summary></details><script>alert(1)</script>",
    "<!-- graph-goldens -->",
    "-->",
    "@user and @org/team",
    "fixes #1, org/repo#12, GH-3",
    "line\n\nbreak\r\n\r## heading",
    "\n```\n~~~\n</details>\n\n@user",
    "![picture](http://example.com/a.png) [link](http://example.com) http://example.com www.example.com",
    "\u202e\u2066right to left\u2069 \u2028 \u0085",
    "&lt;b&gt; &#64;user",
    "**bold** _it_ ~~no~~ $x$",
    "\x00\x07\x1b[31m\ud800",
    "x" * 10_000,
    "::error::forged",
    "%0A::error::forged",
    "]]>",
    "${{ secrets.GITHUB_TOKEN }} $(id) `id`",
]


def record(case: str, path: str = "export", text: str = "x", **facts: int) -> Record:
    artifacts = (Artifact("program.signature", text), Artifact("program.guards", "none"))
    return Record(case, path, Outcome.GRAPHS, facts=facts, artifacts=artifacts)


def drift(case: str, path: str = "export", old: str = "input x", new: str = "input y") -> Drift:
    found = compare(record(case, path, old), record(case, path, new))
    assert found is not None
    return found


def failed(case: str, reason: str) -> Drift:
    """A record that became an error."""
    found = compare(record(case), Record(case, "export", Outcome.ERROR, reason))
    assert found is not None
    return found


def spelled(case: str) -> Drift:
    """A drift that does not matter."""
    old, new = (Record(case, "export", Outcome.GRAPHS, rules=rules) for rules in (1, 2))
    found = compare(old, new)
    assert found is not None
    return found


def judged(found: Drift, severity: Severity) -> Drift:
    """A drift that a project's rule gives another severity."""
    judgement = Judgement(severity, "ours", "because we say so")
    return replace(found, edits=tuple(replace(edit, judgement=judgement) for edit in found.edits))


def item(found: Drift, because: str = "") -> Item:
    return Item(found, f"snapshots/torch-2.8.0/{found.case}/{found.path}.md", because, line=31)


def run_section(*drifts: Drift, **more: object) -> Section:
    """What an environment gives against the goldens."""
    fields = {
        "title": "torch 2.15.0+cpu · Python 3.11.7 · Linux-x86_64",
        "before": "golden",
        "after": "2.15.0",
        "items": tuple(map(item, drifts)),
        "records": 10,
        "accept": "--torch 2.15.0",
        **more,
    }
    return Section(**fields)  # type: ignore[arg-type]


def report(*sections: Section) -> Report:
    return Report("PyTorch 2.15.0 held against the goldens", sections)


def mixed() -> Report:
    """Three drifts in three clusters of two severities, and four other findings."""
    return report(
        run_section(
            drift("p/a"),
            failed("p/b", "RuntimeError: no"),
            spelled("p/c"),
            same=(("p/d", "export"), ("p/e", "export")),
            problems=(
                Problem(
                    ProblemKind.MISSING, "p/f", "export", "nothing was accepted yet", "", Gravity.WARNING
                ),
                Problem(ProblemKind.BROKEN_CLAIM, "p/g", "export", "same_as_eager is false", "g.md"),
                Problem(ProblemKind.FAULT, "p/h", "export", "the worker died", "", Gravity.FAULT),
                Problem(ProblemKind.NEW_GOLDEN, "p/i", "export", "begins at 2.15.0", "i.md", Gravity.NOTE),
            ),
        )
    )


def hostile() -> Report:
    """Every hostile text in every place that a graph, a case, an error or a person can fill."""
    sections = []
    for number, text in enumerate(HOSTILE):
        found = [
            drift(f"p/{text}", f"export {text}", old=f"input {text}", new=f"output {text}"),
            failed(f"p/{number}", f"RuntimeError: {text}"),
        ]
        problem = Problem(ProblemKind.UNREADABLE, f"p/{text}", text, f"wrong: {text}", f"g/{text}.md")
        sections.append(
            Section(
                title=f"torch 2.{number}.0 · Python {text}",
                before=f"golden {text}",
                after=f"2.{number}.0 {text}",
                items=tuple(Item(each, f"g/{text}.md", because=text, line=3) for each in found),
                problems=(problem,),
                records=3,
                accept="",
            )
        )
    return Report(f"title {HOSTILE[4]} {HOSTILE[7]}", tuple(sections))
