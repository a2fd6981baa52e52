"""The plugin is there in every session of pytest, and costs nothing until a test asks for a record."""

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

ALONE = """
import sys
import pytest
before = set(sys.modules)
import graph_goldens.pytest_plugin.entry
print(*sorted(set(sys.modules) - before))
"""
ALLOWED = tuple(f"graph_goldens.{name}" for name in ("cases", "pytest_plugin", "records", "keys", "errors"))
INNOCENT = """
import sys

def test_nothing_heavy_was_imported_or_registered(pytestconfig):
    assert pytestconfig.pluginmanager.has_plugin("graph-goldens")
    assert not pytestconfig.pluginmanager.has_plugin("graph-goldens-session")
    assert not {"graph_goldens.pytest_plugin.session", "graph_goldens.gate", "deepdiff"} & set(sys.modules)
"""
OF_RECORDS = """
def test_record(golden_record, golden_snapshot):
    assert golden_record == golden_snapshot
"""


def test_loading_it_imports_nothing_that_pytest_has_not_but_a_few_small_modules_of_ours() -> None:
    ended = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    new = ended.stdout.split()
    ours = {name for name in new if name.startswith("graph_goldens.")}
    others = {name.partition(".")[0] for name in new} - {"graph_goldens"}
    assert "graph_goldens.pytest_plugin.entry" in ours
    assert [name for name in sorted(ours) if not name.startswith(ALLOWED)] == []
    assert others <= sys.stdlib_module_names


def test_a_session_without_a_test_of_records_gets_nothing_but_options_and_fixtures(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(INNOCENT)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_its_options_say_whose_they_are(pytester: pytest.Pytester) -> None:
    text = pytester.runpytest_subprocess("--help").stdout.str()
    assert "--goldens-torch=VERSION" in text
    assert "--goldens-because=REASON" in text
    assert "--goldens-no-cache" in text


def test_a_project_that_cannot_be_used_is_told_in_one_sentence(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(OF_RECORDS)
    assert "is not a folder of cases; give one with --cases DIR" in find_error(
        pytester.runpytest_subprocess()
    )


def test_without_assertions_no_golden_would_be_compared_and_that_is_said(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(OF_RECORDS)
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    result = pytester.runpytest_subprocess("--assert=plain", "--snapshot-update")
    assert "Python runs without assertions" in find_error(result)


def find_error(result: pytest.RunResult) -> str:
    """Demand that collecting failed with one sentence and no traceback, and return it."""
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    lines = result.stdout.lines
    start = next(at for at, line in enumerate(lines) if line.startswith("_"))
    end = next(at for at, line in enumerate(lines) if at > start and line.startswith("="))
    (sentence,) = lines[start + 1 : end]
    return sentence
