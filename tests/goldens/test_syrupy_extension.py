import importlib.metadata
import inspect
import json
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version
from syrupy.extensions.base import AbstractSyrupyExtension

from graph_goldens.errors import ToolError
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.syrupy_extension import MOST_LINES, Binding, GoldenExtension, make_extension
from graph_goldens.records import Artifact, Outcome, Record, dump_record

pytest_plugins = ["pytester"]

CONFTEST = """
import json
from pathlib import Path
import pytest
from packaging.version import Version
from graph_goldens.goldens.syrupy_extension import Binding, make_extension
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import load_record

ROOT = Path(__file__).parent
RECORDS = [load_record(value) for value in json.loads((ROOT / "records.json").read_text())]

@pytest.fixture
def golden(snapshot, request):
    goldens = Goldens(ROOT / "snapshots", [Version("2.4.1"), Version("2.13.0")])
    version = Version((ROOT / "version").read_text())
    binding = Binding(
        goldens=goldens,
        version=version,
        write=lambda record: goldens.update(version, Golden(record, "asked for")),
        exact=request.config.option.update_snapshots,
        hint="accept with: make snapshot-update",
    )
    return snapshot.use_extension(make_extension(binding))

def pytest_generate_tests(metafunc):
    if "record" in metafunc.fixturenames:
        metafunc.parametrize("record", RECORDS, ids=["/".join(record.key) for record in RECORDS])
"""

TEST = """
import os

def test_golden(record, golden):
    if os.environ.get("FAIL_EARLY") == record.path:
        raise RuntimeError("before the assertion")
    assert record == golden
"""

MISTAKEN = """
import pytest
from conftest import RECORDS

@pytest.mark.parametrize("_", [0], ids=["pack/other/export"])
def test_another(_, golden):
    assert RECORDS[0] == golden

@pytest.mark.parametrize("_", [0], ids=["pack/case/export"])
def test_no_record(_, golden):
    assert 3 == golden

def test_unnamed(golden):
    assert RECORDS[0] == golden
"""


class Project:
    """A small project with goldens, in which pytest runs for real."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.root = pytester.path
        self.goldens = Goldens(self.root / "snapshots", [Version("2.4.1"), Version("2.13.0")])
        here = Path(__file__).parents[2]
        pytester.makepyprojecttoml(
            f'[tool.pytest.ini_options]\nfilterwarnings = ["error"]\npythonpath = ["{here}"]\n'
        )
        pytester.makeconftest(CONFTEST)
        pytester.mkdir("tests")
        (self.root / "tests/test_goldens.py").write_text(TEST)
        self.put(make_record("export"), make_record("make-fx-real"))

    def put(self, *records: Record, version: str = "2.13.0") -> None:
        (self.root / "records.json").write_text(_json(records))
        (self.root / "version").write_text(version)

    def run(self, *arguments: str) -> pytest.RunResult:
        return self.pytester.runpytest_subprocess(
            "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments
        )

    def files(self) -> dict[str, bytes]:
        root = self.root / "snapshots"
        return {f.relative_to(root).as_posix(): f.read_bytes() for f in root.rglob("*") if f.is_file()}


def _json(records: tuple[Record, ...]) -> str:
    return json.dumps([dump_record(record) for record in records])


def make_record(path: str, target: str = "aten.view.default", source: str = "") -> Record:
    graph = f"graph():\n    %view : [num_users=1] = call_function[target={target}](args = (), kwargs = {{}})"
    return Record("pack/case", path, Outcome.GRAPHS, artifacts=(Artifact("g.graph", graph),), source=source)


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    return Project(pytester)


def test_without_a_golden_a_test_fails_and_writes_nothing(project: Project) -> None:
    result = project.run()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["*does not exist!*", "*new: graphs*g.graph*", "*accept with: make snapshot-update*"]
    )
    assert not (project.root / "snapshots").exists()


def test_updating_writes_goldens_with_their_reason_and_then_the_tests_pass(project: Project) -> None:
    project.run("--snapshot-update").assert_outcomes(passed=2)
    assert sorted(project.files()) == [
        "torch-2.13.0/pack/case/export.md",
        "torch-2.13.0/pack/case/make-fx-real.md",
    ]
    assert project.goldens.resolve("pack/case", "export", Version("2.13.0")) == Golden(
        make_record("export"), "asked for"
    )
    before = project.files()
    for arguments in ([], ["tests"], ["--snapshot-update"], ["tests", "--snapshot-update"]):
        result = project.run(*arguments)
        result.assert_outcomes(passed=2)
        result.stdout.no_fnmatch_line("*unused*")
        assert project.files() == before


def test_a_drift_fails_with_its_class_its_edits_and_its_lines(project: Project) -> None:
    project.run("--snapshot-update")
    before = project.files()
    project.put(make_record("export", "aten._unsafe_view.default"), make_record("make-fx-real"))
    result = project.run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*operators (semantic)*",
            "*g.graph: aten.view → aten._unsafe_view at `%view`*",
            "*- *%view*aten.view.default*",
            "*+ *%view*aten._unsafe_view.default*",
            "*accept with: make snapshot-update*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    assert project.files() == before


def test_an_update_changes_the_version_that_it_is_for_and_no_other(project: Project) -> None:
    project.put(make_record("export"), version="2.4.1")
    project.run("--snapshot-update")
    project.put(make_record("export", "aten._unsafe_view.default"), version="2.4.1+cpu")
    project.run("--snapshot-update").assert_outcomes(passed=1)
    assert sorted(project.files()) == ["torch-2.13.0/pack/case/export.md", "torch-2.4.1/pack/case/export.md"]
    project.put(make_record("export"), version="2.13.0")
    project.run().assert_outcomes(passed=1)


@pytest.mark.parametrize("arguments", [[], ["tests"], ["-k", "make-fx-real"]])
def test_no_update_deletes_what_it_did_not_touch(
    project: Project, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run("--snapshot-update")
    before = project.files()
    monkeypatch.setenv("FAIL_EARLY", "export")
    project.put(make_record("export"), make_record("make-fx-real", "aten.other"), version="2.14.0")
    project.run("--snapshot-update", *arguments)
    after = project.files()
    assert {name: after[name] for name in before} == before
    assert [name for name in after if name not in before] == ["torch-2.14.0/pack/case/make-fx-real.md"]


def test_a_source_that_changed_passes_and_an_update_takes_it_over(project: Project) -> None:
    project.run("--snapshot-update")
    project.put(make_record("export", source="edited"), make_record("make-fx-real", source="edited"))
    project.run().assert_outcomes(passed=2)
    project.run("--snapshot-update").assert_outcomes(passed=2)
    golden = project.goldens.resolve("pack/case", "export", Version("2.13.0"))
    assert golden is not None
    assert golden.record.source == "edited"


def test_a_golden_with_conflict_markers_is_a_sentence_and_not_a_traceback(project: Project) -> None:
    project.run("--snapshot-update")
    file = project.root / "snapshots/torch-2.13.0/pack/case/export.md"
    file.write_text("<<<<<<< HEAD\n" + file.read_text())
    before = project.files()
    result = project.run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*export.md: line 1 is the conflict marker of a merge*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    project.run("--snapshot-update").assert_outcomes(passed=1, failed=1)
    assert project.files() == before


def test_a_text_of_a_graph_cannot_steer_the_terminal(project: Project) -> None:
    project.run("--snapshot-update")
    project.put(make_record("export", "\x1b[2Jgone\r"), make_record("make-fx-real"))
    output = project.run().stdout.str()
    assert "⟨U+001B⟩[2Jgone⟨U+000D⟩" in output
    assert "\x1b[2J" not in output


def test_a_test_s_name_may_give_the_golden_s(project: Project) -> None:
    (project.root / "tests/test_goldens.py").write_text(
        "from conftest import RECORDS\n\n"
        "def test_first(golden):\n"
        "    assert RECORDS[0] == golden(name='pack/case/export')\n"
    )
    project.run("--snapshot-update").assert_outcomes(passed=1)
    assert list(project.files()) == ["torch-2.13.0/pack/case/export.md"]


def test_a_test_that_is_mistaken_is_told_so_in_a_sentence(project: Project) -> None:
    project.goldens.update(Version("2.13.0"), Golden(replace(make_record("export"), case="pack/other")))
    (project.root / "tests" / "test_goldens.py").write_text(MISTAKEN)
    before = project.files()
    for arguments, other in (
        ((), "this is the record of pack/case by export, not of pack/other by export"),
        (("--snapshot-update",), "passed the record of pack/case by export"),
    ):
        result = project.run(*arguments)
        assert result.parseoutcomes()["failed"] == 3
        text = result.stdout.str()
        assert other in text
        assert "a golden holds a record, and the test passed a int" in text
        assert "test_unnamed does not name a golden as `case/path`" in text
        assert project.files() == before


def test_a_long_difference_is_cut(project: Project) -> None:
    record = make_record("export")
    project.put(record)
    project.run("--snapshot-update").assert_outcomes(passed=1)
    text = "\n".join(f"line {number}" for number in range(2 * MOST_LINES))
    project.put(replace(record, artifacts=(*record.artifacts, Artifact("g.guards", text))))
    project.run("-vv").stdout.fnmatch_lines(["*… and * more lines*"])


def test_deleting_is_refused(tmp_path: Path) -> None:
    extension = make_extension(Binding(Goldens(tmp_path, []), Version("2.13.0"), write=print))()
    with pytest.raises(ToolError, match="only `goldens prune` deletes goldens"):
        extension.delete_snapshots(snapshot_location="x.md", snapshot_names=set())


@pytest.mark.parametrize("exact", [False, True])
def test_a_drift_that_the_binding_ignores_matches(tmp_path: Path, exact: bool) -> None:
    def match(ignores: bool) -> bool:
        goldens = Goldens(tmp_path, [])
        binding = Binding(goldens, Version("2.13.0"), print, exact, ignores=lambda drift: ignores)
        extension = make_extension(binding)()
        new, old = (
            extension.serialize(Record("p/c", "export", Outcome.ERROR, reason)) for reason in ("E: b", "E: a")
        )
        return extension.matches(serialized_data=new, snapshot_data=old)

    assert (match(True), match(False)) == (True, False)


def test_what_is_overridden_still_exists_in_syrupy() -> None:
    overridden = {
        name for name, value in vars(GoldenExtension).items() if hasattr(_plain(value), "__override__")
    }
    assert overridden >= {"serialize", "matches", "diff_lines", "get_location", "delete_snapshots"}
    assert {name for name in overridden if not hasattr(AbstractSyrupyExtension, name)} == set()
    for name in overridden:
        given = {
            p.name for p in inspect.signature(getattr(AbstractSyrupyExtension, name)).parameters.values()
        }
        taken = inspect.signature(getattr(GoldenExtension, name)).parameters.values()
        assert given <= {p.name for p in taken} or any(p.kind is p.VAR_KEYWORD for p in taken)
    assert {"write_immediately", "file_extension"} <= set(dir(AbstractSyrupyExtension))


def _plain(value: object) -> object:
    return getattr(value, "__func__", value)


def test_syrupy_is_of_the_major_version_that_this_was_written_for() -> None:
    assert importlib.metadata.version("syrupy").split(".")[0] == "7"
