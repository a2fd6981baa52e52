"""What is captured, and why: what nothing has changed about is reused, and everything else is named."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import pytest
from packaging.version import Version

import graph_goldens
from graph_goldens.cases.case_folders import join_folders
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_messages import CaseListing, Hello, ListedCase
from graph_goldens.file_marks import MISSING, mark_content, mark_stat
from graph_goldens.gate.capture_dependencies import digest_files, list_capturing_sources
from graph_goldens.gate.capture_reuse import Cache
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.runs.cache_folders import drop_unused, locate_cache
from tests.cxx import write_compiler

HELLO = Hello("2.13.0+cpu", "abc", False, None, "3.11.7", "Linux-x86_64", {}, ("export",), 1)
KEYS = [Key("p/one", "export"), Key("p/two", "export")]


def _name_module(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


@dataclass
class Bench:
    """A project and an environment without a PyTorch, and a cache of what was captured there."""

    root: Path
    warnings: list[str] = field(default_factory=list)
    loaded: tuple[str, ...] = ()
    sources: dict[str, str] = field(default_factory=lambda: {"one": "1", "two": "2"})
    reads: dict[str, str] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    build_reads: dict[str, str] = field(default_factory=dict)

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
        files = sorted((self.root / "cases").rglob("*.py"))
        modules = {_name_module(file.relative_to(self.root)): str(file) for file in files}
        reads = {file: mark_content(file) for file in modules.values()}
        reads |= self.reads
        reads |= {file: mark_content(file) for file in self.loaded}
        return CaseListing(
            tuple(cases), modules=modules, reads=reads, unnamed=self.unnamed, build_reads=self.build_reads
        )

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def cache(self) -> Cache:
        """A cache as a new command sees it."""
        return Cache(self.project, self.environment)

    def capture(
        self,
        outcome: Outcome = Outcome.GRAPHS,
        reads: Mapping[str, str] = MappingProxyType({}),
        unnamed: tuple[str, ...] = (),
    ) -> None:
        """Do what a command does that captures everything."""
        cache = self.cache()
        self.compile()
        survey = cache.keep_survey(HELLO, self.listing, self.warnings.append)
        keep = cache.make_keeper(survey, KEYS, self.warnings.append)
        for case in survey.listing.cases:
            record = Record(case.case, "export", outcome, source=case.source)
            keep(Capture(record, reads=reads, unnamed=unnamed))
        cache.close(self.warnings.append)

    def compile(self) -> None:
        """Do what a command does that starts a worker."""
        project = self.project
        libraries = start_libraries(project.cases, self.environment, project.working)
        self.loaded = tuple(str(library.await_path()) for library in libraries.values())

    def reasons(self) -> dict[str, str]:
        """Why the next command captures, by case."""
        cache = self.cache()
        survey = cache.recall_survey() or cache.keep_survey(HELLO, self.listing, self.warnings.append)
        plan = cache.plan(survey, KEYS, reuse=True)
        return {key.case: plan.reasons[key] for key in plan.missing}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(tmp_path)
    monkeypatch.setenv("CXX", str(write_compiler(tmp_path / "compiler")))
    bench.write("cases/p/one.py", "def one():\n    from . import helper")
    bench.write("cases/p/helper.py", "def help(): pass")
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
    bench.write("cases/p/one.py", "def one():\n    from . import helper\n    return 1")
    bench.sources["one"] = "1b"


def _edit_helper(bench: Bench) -> None:
    bench.write("cases/p/helper.py", "def help(): return 1")


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
        ("cases/p/data.json", "a file beside the case modules changed: cases/p/data.json"),
    ],
)
def test_what_all_captures_depend_on_has_all_captured_again(bench: Bench, file: str, reason: str) -> None:
    bench.capture()
    bench.write(file, "changed")
    assert bench.reasons() == {"p/one": reason, "p/two": reason}


def test_a_header_outside_the_cases_has_all_captured_again(bench: Bench) -> None:
    bench.write("shared/x.h", "int one;")
    bench.write("cases/p/headers", "../../shared/x.h")
    bench.capture()
    assert bench.reasons() == {}
    bench.write("shared/x.h", "int two;")
    assert bench.cache().recall_survey() is None
    bench.compile()
    reason = "the C++ library of a pack changed"
    assert bench.reasons() == {"p/one": reason, "p/two": reason}


def test_a_case_module_that_registers_something_has_all_captured_again(bench: Bench) -> None:
    bench.capture()
    bench.write("cases/p/three.py", "register('an operator')")
    reason = "what case modules do when they are imported changed: cases/p/three.py"
    assert bench.reasons() == {"p/one": reason, "p/two": reason}


def test_code_that_captures_otherwise_has_all_captured_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.capture()
    bench.write("rules.py", "a new rule")
    monkeypatch.setattr(
        "graph_goldens.gate.capture_dependencies.list_capturing_sources", lambda: [bench.root / "rules.py"]
    )
    assert set(bench.reasons().values()) == {"the code that captures changed"}


def test_the_code_that_captures_is_all_that_it_imports_of_the_harness() -> None:
    root = Path(graph_goldens.__file__).parent
    sources = list_capturing_sources()
    imported = {
        root.joinpath(*name.split(".")).with_suffix(".py")
        for file in sources
        if file.parent.name != "environments"  # these are read in part
        for name in re.findall(r"^from graph_goldens\.([\w.]+) import", file.read_text(), re.MULTILINE)
    }
    assert {file for file in imported if file.is_file()} <= set(sources)


def test_files_of_one_name_beside_the_packs_of_several_folders_all_count(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "data.json").write_text("1")
    seen = [digest_files(join_folders([one, other]))]
    for folder in (one, other):
        (folder / "data.json").write_text("2")
        seen.append(digest_files(join_folders([one, other])))
    assert [list(each) for each in seen] == [["data.json"]] * 3
    assert len({each["data.json"] for each in seen}) == 3


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


@pytest.mark.parametrize("name", ["survey.json", "captures.sqlite"])
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
    assert set(before) == {"p/one.py", "p/two.py", "p/helper.py", "p/library.cpp"}


def test_caches_that_nobody_uses_are_dropped(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph_goldens.runs.cache_folders._MOST", 2)
    working = bench.project.working
    for number in range(4):
        bench.write(f"working/cache/torch-{number}/captures.sqlite", "x")
    bench.capture()
    left = {folder.name for folder in (working / "cache").iterdir()}
    own = locate_cache(working, bench.environment.name, bench.environment.python, bench.project.cases)
    assert len(left) == 2
    assert own.name in left
    drop_unused(bench.root / "nowhere")


def test_a_module_that_only_defines_names_is_added_without_a_new_capture_of_others(bench: Bench) -> None:
    bench.capture()
    bench.write("cases/p/three.py", "def three(): pass")
    assert bench.cache().recall_survey() is None
    assert bench.reasons() == {}


def test_a_comment_in_a_case_module_has_its_cases_captured_again(bench: Bench) -> None:
    """A case may read its own text; its goldens still call it the same revision."""
    bench.capture()
    bench.write("cases/p/two.py", "def two(): pass  # a comment")
    assert bench.reasons() == {"p/two": "the case's source, or what it imports, changed: cases/p/two.py"}


def test_a_library_elsewhere_that_a_worker_imported_has_all_captured_again(bench: Bench) -> None:
    file = str(bench.root / "library" / "tools.py")
    bench.write("library/tools.py", "x = 1")
    bench.reads = {file: mark_content(file)}
    bench.capture()
    assert bench.reasons() == {}
    bench.write("library/tools.py", "x = 2")
    bench.reads = {file: mark_content(file)}
    reason = "what case modules do when they are imported changed: library/tools.py"
    assert bench.reasons() == {"p/one": reason, "p/two": reason}


def test_a_file_that_was_read_to_list_the_cases_has_them_listed_again_and_no_case_captured(
    bench: Bench,
) -> None:
    file = str(bench.root / "n.json")
    bench.write("n.json", "2")
    bench.build_reads = {file: mark_content(file)}
    bench.capture()
    assert bench.cache().recall_survey() is not None
    bench.write("n.json", "3")
    assert bench.cache().recall_survey() is None
    bench.build_reads = {file: mark_content(file)}
    assert bench.reasons() == {}


def test_the_silent_module_of_a_package_has_those_captured_again_that_import_it(bench: Bench) -> None:
    bench.write("cases/p/__init__.py", "FACTOR = 2")  # one imports it, on the way to a helper
    bench.capture()
    assert bench.reasons() == {}
    bench.write("cases/p/__init__.py", "FACTOR = 3")
    reason = "the case's source, or what it imports, changed: cases/p/__init__.py"
    assert bench.reasons() == {"p/one": reason}


def test_a_module_of_an_installed_package_that_is_edited_in_place_is_named(bench: Bench) -> None:
    file = str(bench.root / "site-packages" / "other" / "tools.py")
    bench.write("site-packages/other/tools.py", "x = 1")
    bench.reads = {file: mark_stat(file)}
    bench.capture()
    bench.write("site-packages/other/tools.py", "x = 10")
    bench.reads = {file: mark_stat(file)}
    reason = "a file that it read changed: site-packages/other/tools.py"
    assert bench.reasons() == {"p/one": reason, "p/two": reason}


def test_a_file_that_a_capture_read_is_named(bench: Bench) -> None:
    bench.capture(reads={str(bench.root / "weights.bin"): MISSING})
    bench.write("weights.bin", "x")
    reason = "a file that it read changed: weights.bin"
    assert bench.reasons() == {"p/one": reason, "p/two": reason}


def test_what_cannot_be_named_is_never_reused_and_says_why(bench: Bench) -> None:
    bench.capture(unnamed=("it starts another program",))
    assert set(bench.reasons().values()) == {"it is never reused, as it starts another program"}


def test_a_list_of_cases_that_asked_something_unnameable_is_asked_for_again(bench: Bench) -> None:
    bench.unnamed = ("it asks the network",)
    bench.capture()
    assert bench.cache().recall_survey() is None
    assert set(bench.reasons().values()) == {"it is never reused, as it asks the network"}


def test_a_file_that_is_saved_while_a_worker_starts_has_nothing_kept(bench: Bench) -> None:
    cache, listing = bench.cache(), bench.listing
    bench.write("cases/p/two.py", "def two(): return 2")
    survey = cache.keep_survey(HELLO, listing, bench.warnings.append)
    assert bench.warnings == [
        "cases/p/two.py was saved while the worker read it: nothing of this run is kept for later ones"
    ]
    plan = cache.plan(survey, KEYS, reuse=True)
    assert set(plan.reasons.values()) == {"cases/p/two.py was saved while the worker read it"}
    keep = cache.make_keeper(survey, KEYS, bench.warnings.append)
    for case in survey.listing.cases:
        keep(Capture(Record(case.case, "export", Outcome.GRAPHS, source=case.source)))
    assert bench.cache().recall_survey() is None
    assert set(bench.reasons().values()) == {"never captured before"}


def test_data_that_is_saved_while_a_worker_starts_has_nothing_kept(bench: Bench) -> None:
    cache = bench.cache()
    bench.write("cases/p/data.json", "{}")
    assert cache.keep_survey(HELLO, bench.listing, bench.warnings.append).edited == "cases/p/data.json"


def test_code_that_captures_and_is_saved_while_a_worker_starts_has_nothing_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = bench.cache()
    bench.write("rules.py", "a new rule")
    monkeypatch.setattr(
        "graph_goldens.gate.capture_dependencies.list_capturing_sources", lambda: [bench.root / "rules.py"]
    )
    assert cache.keep_survey(HELLO, bench.listing, bench.warnings.append).edited == "the code that captures"


def test_a_damaged_cache_is_told_in_a_sentence(bench: Bench) -> None:
    bench.capture()
    (file,) = bench.root.glob("working/cache/*/captures.sqlite")
    file.write_bytes(b"nonsense" * 1000)
    cache = bench.cache()
    survey = cache.recall_survey()
    assert survey is not None
    cache.plan(survey, KEYS, reuse=True, warn=bench.warnings.append)
    assert bench.warnings == [
        f"the cache of captures {file} is unreadable (file is not a database) and counts as empty"
    ]


def test_files_of_a_linked_pack_are_files_of_the_cases(bench: Bench) -> None:
    bench.write("elsewhere/linked.py", "x")
    bench.write("elsewhere/data.json", "{}")
    (bench.root / "cases" / "q").symlink_to(bench.root / "elsewhere")
    (bench.root / "cases" / "q" / "round").symlink_to(bench.root / "cases")
    assert {"q/linked.py", "q/data.json"} <= set(digest_files(bench.root / "cases"))
