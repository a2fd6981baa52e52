"""What is new in a night is bisected over the builds between, which are real: one wheel repacked."""

from pathlib import Path

import pytest

from graph_goldens.bisect import probing
from tests.end_to_end.example import Example
from tests.nights.test_year import BUILDS, CASES, HOOK, find_original
from tests.nights.thin_wheels import make_build, make_thin_wheel

VERSIONS = [f"2.16.0.dev2026100{day}" for day in (1, 2, 3)]


def test_the_build_between_two_nights_that_changed_a_graph_is_found_with_its_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "LEAST_ROOM", 0)
    settings = '[tool.goldens]\nsupported = ["2.15.0"]\ndefault = "2.15.0"\n'
    example = Example(tmp_path / "project").write(
        {"pyproject.toml": settings, "cases/p/cases.py": CASES, "hook.py": HOOK}
    )
    wheel, offered = make_thin_wheel(tmp_path / "thin", find_original()), tmp_path / "offered"
    make_build(wheel, offered, VERSIONS[0])
    look = ("nightly", "--find-links", str(offered))
    example.run_here(*look, code=4)
    run = str(next((example.root / ".goldens" / "nights" / "nights").glob("*/run.jsonl")))
    example.run_here("update", "--from-run", run, "--because", "first", code=0)
    for version in VERSIONS[1:]:
        make_build(wheel, offered, version, BUILDS[10])
    found = example.run_here(*look, "--bisect", "--json", code=1).json
    (cluster,) = found["new"]
    assert cluster["cases"] == ["p/loud"]
    assert (cluster["last_same"], cluster["first_changed"]) == (VERSIONS[0], VERSIONS[1])
    assert cluster["commits"]["before"] == found["before"]["commit"]
    assert cluster["commits"]["after"] not in (found["before"]["commit"], found["commit"])
    before, after = cluster["commits"]["before"], cluster["commits"]["after"]
    assert cluster["compare"].endswith(f"/compare/{before}...{after}")
    summary = (example.root / ".goldens" / "nights" / "latest" / "night.md").read_text()
    assert f"first changed in `{VERSIONS[1]}`; `{VERSIONS[0]}` is as before" in summary
    assert cluster["compare"] in summary
    page = (example.root / ".goldens" / "nights" / "latest" / "night.html").read_text()
    assert f"since the night before: {VERSIONS[0]} → {VERSIONS[2]}" in page
    assert f"since the last release: 2.15.0 → {VERSIONS[2]}" in page
