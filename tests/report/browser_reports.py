"""Reports for the tests of the HTML page: small graphs that drift, many of them, large ones, hostile ones."""

from collections.abc import Callable, Iterable

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Outcome, Record
from graph_goldens.report.model import Cell, Item, Matrix, Problem, ProblemKind, Report, Section
from tests.report.reporting import judged

VERSIONS = ("2.8.0", "2.9.1", "2.10.0")
PROGRAM = "def case(x):\n    return x.sin() < 1  # <b>not bold</b>\n"


def line(name: str, target: str, *args: str, users: int = 1) -> str:
    """A node's line of a graph string."""
    shown = ", ".join(f"%{arg}" for arg in args) + ("," if len(args) == 1 else "")
    call = f"call_function[target=torch.ops.aten.{target}](args = ({shown}), kwargs = {{}})"
    return f"    %{name} : [num_users={users}] = {call}"


def graph(*lines: str, result: str) -> str:
    """A graph string of one input."""
    return "\n".join(
        [
            "graph():",
            "    %x : [num_users=1] = placeholder[target=x]",
            *lines,
            f"    return ({result},)",
        ]
    )


OLD = graph(
    line("sin", "sin.default", "x"),
    line("view", "view.default", "sin"),
    line("cos", "cos.default", "view"),
    line("neg", "neg.default", "cos"),
    result="neg",
)
RETARGETED = graph(
    line("sin", "sin.default", "x"),
    line("_unsafe_view", "_unsafe_view.default", "sin"),
    line("cos", "cos.default", "_unsafe_view"),
    line("alias", "alias.default", "cos"),
    line("neg", "neg.default", "alias"),
    result="neg",
)
RENAMED = OLD.replace("%cos", "%cos_1")


def record(case: str, path: str, text: str, **facts: int) -> Record:
    """A record of one graph."""
    artifacts = (Artifact("program.code", "return x"), Artifact("program.graph", text))
    return Record(case, path, Outcome.GRAPHS, facts=facts, artifacts=artifacts)


def drift(case: str, path: str, old: str, new: str) -> Drift:
    """The drift from one graph to another."""
    found = compare(record(case, path, old, calls=1), record(case, path, new, calls=1))
    assert found is not None
    return found


def failed(case: str, path: str, reason: str) -> Drift:
    """A graph that became an error."""
    found = compare(record(case, path, OLD), Record(case, path, Outcome.ERROR, reason))
    assert found is not None
    return found


def section(before: str, after: str, drifts: Iterable[Drift], accept: str | None = None) -> Section:
    """What changed from one version to the next."""
    items = tuple(Item(each, f"snapshots/torch-{after}/{each.case}/{each.path}.md") for each in drifts)
    return Section(f"PyTorch {before} → {after}", before, after, items, records=9, accept=accept)


def atlas() -> Report:
    """Two cases through three versions: one changes twice on one path and fails on another, one never."""
    first = drift("pack/changing", "export", OLD, RETARGETED)
    error = failed("pack/changing", "make-fx", "RuntimeError: no such thing")
    second = drift("pack/changing", "export", RETARGETED, RETARGETED.replace("%cos", "%c"))
    quiet = record("pack/quiet", "export", OLD)
    rows = {
        Key("pack/changing", "export"): cells("A", "B", "C", kinds=(None, first, second)),
        Key("pack/changing", "make-fx"): cells("A", "a", "a", kinds=(None, error, None)),
        Key("pack/quiet", "export"): cells("A", "A", "A", kinds=(None, None, None)),
    }
    return Report(
        "How graphs changed",
        (section("2.8.0", "2.9.1", (first, error)), section("2.9.1", "2.10.0", (second,))),
        Matrix(VERSIONS, rows),
        {Key("pack/quiet", "export"): quiet},
        {"pack/changing": PROGRAM},
    )


def cells(*letters: str, kinds: tuple[Drift | None, ...]) -> list[Cell]:
    """A row of the matrix."""
    pairs = zip(letters, kinds, strict=True)
    return [
        Cell(letter, "graphs", found.kind, found.severity) if found else Cell(letter, "graphs")
        for letter, found in pairs
    ]


def made_cosmetic() -> Report:
    """A run in which two goldens drifted, one in a way that the project calls cosmetic."""
    own = judged(drift("pack/judged", "export", OLD, RETARGETED), Severity.COSMETIC)
    found = [own, failed("pack/failed", "export", "RuntimeError: no")]
    rows = {each.key: [Cell("", "graphs", each.kind, each.severity)] for each in found}
    sections = (section("golden", "2.15.0", found, "--torch 2.15.0"),)
    return Report("PyTorch 2.15.0 held against the goldens", sections, Matrix(("2.15.0",), rows))


def many(count: int) -> Report:
    """A run in which so many goldens drifted, half of them in one way."""
    found = [
        drift(f"pack/case_{number:03}", "export", OLD, RENAMED if number % 2 else RETARGETED)
        for number in range(count)
    ]
    rows = {each.key: [Cell("", "graphs", each.kind, each.severity)] for each in found}
    sections = (section("golden", "2.15.0", found, "--torch 2.15.0"),)
    return Report("PyTorch 2.15.0 held against the goldens", sections, Matrix(("2.15.0",), rows))


def large(nodes: int) -> Report:
    """One drift of a long graph, of which one node in the middle was replaced."""

    def chain(middle: str) -> str:
        targets = ["sin.default" if at != nodes // 2 else middle for at in range(nodes)]
        names = ["x", *(f"node_{at}" for at in range(nodes))]
        lines = [line(names[at + 1], target, names[at]) for at, target in enumerate(targets)]
        return graph(*lines, result=names[-1])

    found = drift("pack/large", "export", chain("cos.default"), chain("tanh.default"))
    return Report("large", (section("golden", "2.15.0", (found,)),))


ATTACKS = (
    '</script><img src=x onerror="window.hacked=1">',
    "<!--<script>window.hacked=1</script>",
    "javascript:window.hacked=1//",
    "]]><svg onload=window.hacked=1>",
    '" onmouseover="window.hacked=1" x="',
    "' autofocus onfocus='window.hacked=1",
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe\u2066 \u2028 \x00 \ud800",
    "constructor",
    "__proto__",
    "a" * 3_000,
    "&lt;b&gt;&amp;#x22;",
)


def attacked() -> Report:
    """Every hostile text wherever a graph, a case, a path, an error, a reason or a file can hold one."""
    sections = tuple(_attack(number, text) for number, text in enumerate(ATTACKS))
    drifts = [item.drift for each in sections for item in each.items]
    rows = {each.key: [Cell(text, text, each.kind, each.severity) for text in ATTACKS] for each in drifts}
    records = {each.key: each.record for each in drifts}
    programs = {each.case: ATTACKS[0] for each in drifts}
    columns = tuple(each.after for each in sections)
    return Report(ATTACKS[0], sections, Matrix(columns, rows), records, programs)


def _attack(number: int, text: str) -> Section:
    named = f"%sin : [num_users=1] = call_function[target={text}](args = (%x,), kwargs = {{}})"
    graphs = (OLD, graph(f"    {named}", result="sin"), text)
    makers: tuple[Callable[[str, str], Drift], ...] = (
        lambda case, path: drift(case, path, graphs[0], graphs[1]),
        lambda case, path: drift(case, path, graphs[0], graphs[2]),
        lambda case, path: failed(case, path, text),
    )
    drifts = [make(f"p/{text}", f"{number}-{kind} {text}") for kind, make in enumerate(makers)]
    items = tuple(Item(each, f"g/{text}.md", because=text) for each in drifts)
    problem = Problem(ProblemKind.UNREADABLE, f"p/{text}", text, text, text)
    return Section(text, text, f"{number} {text}", items, (problem,), 3, f"--torch {number}")
