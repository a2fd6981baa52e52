"""What is captured, and why: what nothing has changed about is reused, and everything else is named."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.cases import source_digests
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.worker_messages import CaseListing, Hello, ListedCase
from graph_goldens.gate.capture_reuse import Cache, digest_files
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.runs.cache_folders import drop_unused, locate_cache

HELLO = Hello("2.13.0+cpu", "abc", False, None, "3.11.7", "Linux-x86_64", {}, ("export",), 1)
KEYS = [Key("p/one", "export"), Key("p/two", "export")]


@dataclass
class Bench:
    """A project and an environment without a PyTorch, and a cache of what was captured there."""

    root: Path
    warnings: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=lambda: {"one": "1", "two": "2"})

    @property
    def project(self) -> Project:
        return Project(
            root=self.root,
            cases=self.root / "cases",
            snapshots=self.root / "snapshots",
            working=self.root / "working",
            default=Version("2.13.0"),
            supported=(),
            timeout=1.0,
            jobs=1,
        )

    @property
    def environment(self) -> Environment:
        torch = self.root / "site-packages" / "torch"
        python = self.root / "bin" / "python"
        return Environment(
            python, "2.13.0+cpu", "abc", False, None, "3.11.7", "Linux-x86_64", True, 17, torch
        )

    @property
    def listing(self) -> CaseListing:
        cases = [
            ListedCase(f"p/{name}", ("export",), digest, f"p/{name}.py", 1)
            for name, digest in self.sources.items()
        ]
        return CaseListing(tuple(cases), ())

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def cache(self) -> Cache:
        """A cache as a new command sees it."""
        source_digests._parse.cache_clear()
        return Cache(self.project, self.environment)

    def capture(self, outcome: Outcome = Outcome.GRAPHS) -> None:
        """Do what a command does that captures everything."""
        cache = self.cache()
        survey = cache.keep_survey(HELLO, self.listing, self.warnings.append)
        keep = cache.make_keeper(survey, KEYS, self.warnings.append)
        for case in survey.listing.cases:
            keep(Capture(Record(case.case, "export", outcome, source=case.source)))
        cache.close(self.warnings.append)

    def reasons(self) -> dict[str, str]:
        """Why the next command captures, by case."""
        cache = self.cache()
        survey = cache.recall_survey() or cache.keep_survey(HELLO, self.listing, self.warnings.append)
        plan = cache.plan(survey, KEYS, reuse=True)
        return {key.case: plan.reasons[key] for key in plan.missing}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.write("cases/p/one.py", "def one(): pass")
    bench.write("cases/p/two.py", "def two(): pass")
    bench.write("cases/p/library.cpp", "int one;")
    bench.write("site-packages/torch/version.py", "one")
    return bench


def test_nothing_is_known_before_the_first_capture(bench: Bench) -> None:
    assert bench.cache().recall_survey() is None
    assert set(bench.reasons().values()) == {"never captured before"}


def test_what_did_not_change_is_reused_and_no_worker_is_asked(bench: Bench) -> None:
    bench.capture()
    survey = bench.cache().recall_survey()
    assert survey is not None
    assert (survey.hello, survey.listing) == (HELLO, bench.listing)
    assert bench.reasons() == {}


def _edit_one(bench: Bench) -> None:
    bench.write("cases/p/one.py", "def one(): return 1")
    bench.sources["one"] = "1b"


def _edit_helper(bench: Bench) -> None:
    bench.write("cases/p/helper.py", "def help(): return 1")
    bench.sources["one"] = "1b"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_edit_one, "the case's source, or what it imports, changed: cases/p/one.py"),
        (_edit_helper, "the case's source, or what it imports, changed: cases/p/helper.py"),
    ],
)
def test_an_edited_case_alone_is_captured_again(
    bench: Bench, change: Callable[[Bench], None], reason: str
) -> None:
    bench.capture()
    change(bench)
    assert bench.cache().recall_survey() is None
    assert bench.reasons() == {"p/one": reason}


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("site-packages/torch/version.py", "the PyTorch build changed"),
        ("site-packages/torch/_inductor/x.py", "the PyTorch build changed"),
        ("site-packages/sympy-2.dist-info/RECORD", "a package beside PyTorch changed"),
        ("cases/p/library.cpp", "a file beside the case modules changed: cases/p/library.cpp"),
        ("cases/p/library.h", "a file beside the case modules changed: cases/p/library.h"),
        ("cases/p/deep/module.py", "a file beside the case modules changed: cases/p/deep/module.py"),
        ("cases/p/__init__.py", "a file beside the case modules changed: cases/p/__init__.py"),
    ],
)
def test_what_all_captures_depend_on_has_all_captured_again(bench: Bench, file: str, reason: str) -> None:
    bench.capture()
    bench.write(file, "changed")
    assert bench.reasons() == {"p/one": reason, "p/two": reason}


def test_a_case_module_that_registers_something_has_all_captured_again(bench: Bench) -> None:
    bench.capture()
    bench.write("cases/p/three.py", "register('an operator')")
    reason = "what case modules do when they are imported changed"
    assert bench.reasons() == {"p/one": reason, "p/two": reason}


def test_code_that_captures_otherwise_has_all_captured_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.capture()
    bench.write("rules.py", "a new rule")
    monkeypatch.setattr(
        "graph_goldens.gate.capture_reuse.list_capturing_sources", lambda: [bench.root / "rules.py"]
    )
    assert set(bench.reasons().values()) == {"the code that captures changed"}


def test_another_python_and_another_library_path_count(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.capture()
    monkeypatch.setenv("LD_LIBRARY_PATH", "/elsewhere")
    assert set(bench.reasons().values()) == {"the Python, its platform or its variables changed"}


def test_the_callers_other_variables_do_not_count(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.capture()
    monkeypatch.setenv("TORCH_LOGS", "all")
    assert bench.reasons() == {}


def test_a_crash_is_captured_again(bench: Bench) -> None:
    bench.capture(Outcome.CRASH)
    assert set(bench.reasons().values()) == {"a crash, a timeout or a failure is never reused"}


@pytest.mark.parametrize("name", ["survey.json", "captures.tsv"])
def test_damage_is_mended_by_capturing(bench: Bench, name: str) -> None:
    bench.capture()
    (file,) = bench.root.glob(f"working/cache/*/{name}")
    file.write_bytes(file.read_bytes()[: len(file.read_bytes()) // 2] + b"\xff")
    assert bench.cache().recall_survey() is None or bench.reasons()
    bench.capture()
    assert bench.reasons() == {}
    assert bench.warnings == []


def test_a_cache_that_cannot_be_written_is_told_once_and_costs_nothing_else(bench: Bench) -> None:
    bench.write("working/cache", "a file where a folder should be")
    bench.capture()
    assert [warning.partition(" in ")[0] for warning in bench.warnings] == [
        "cannot keep the list of cases",
        "cannot keep captures",
    ]
    assert all(warning.endswith("; going on without") for warning in bench.warnings)


def test_projects_and_interpreters_have_caches_of_their_own(bench: Bench) -> None:
    bench.capture()
    other = replace(bench.environment, python=bench.root / "other" / "bin" / "python")
    assert Cache(bench.project, other).recall_survey() is None
    elsewhere = replace(bench.project, cases=bench.root / "site-packages")
    assert Cache(elsewhere, bench.environment).recall_survey() is None


def test_no_cache_captures_all_and_says_so(bench: Bench) -> None:
    bench.capture()
    cache = bench.cache()
    survey = cache.recall_survey()
    assert survey is not None
    plan = cache.plan(survey, KEYS, reuse=False)
    assert plan.missing == KEYS
    assert list(plan.explain()) == [
        "captured: 2 records: all is captured, as --no-cache asks (p/one · export, p/two · export)"
    ]


def test_an_explanation_groups_what_has_the_same_reason(bench: Bench) -> None:
    bench.capture()
    _edit_one(bench)
    cache = bench.cache()
    plan = cache.plan(cache.keep_survey(HELLO, bench.listing, bench.warnings.append), KEYS, reuse=True)
    assert list(plan.explain()) == [
        "reused: 1 record, as nothing that they depend on has changed",
        "captured: 1 record: the case's source, or what it imports, changed: cases/p/one.py (p/one · export)",
    ]


def test_hidden_files_and_bytecode_are_no_part_of_a_pack(bench: Bench) -> None:
    before = digest_files(bench.root / "cases")
    bench.write("cases/p/__pycache__/one.pyc", "x")
    bench.write("cases/p/.one.py.swp", "x")
    assert digest_files(bench.root / "cases") == before
    assert set(before) == {"p/one.py", "p/two.py", "p/library.cpp"}


def test_caches_that_nobody_uses_are_dropped(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph_goldens.runs.cache_folders._MOST", 2)
    working = bench.project.working
    for number in range(4):
        bench.write(f"working/cache/torch-{number}/captures.tsv", "x")
    bench.capture()
    left = {folder.name for folder in (working / "cache").iterdir()}
    own = locate_cache(working, bench.environment.name, bench.environment.python, bench.project.cases)
    assert len(left) == 2
    assert own.name in left
    drop_unused(bench.root / "nowhere")
