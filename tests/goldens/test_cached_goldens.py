"""Goldens that are read once resolve to the same as goldens that are read each time."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.goldens.cached_goldens import FixedGoldens
from graph_goldens.goldens.format import Golden, GoldenError
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Outcome, Record

VERSIONS = [Version(text) for text in ("2.8.0", "2.9.1", "2.13.0", "2.14.0.dev20260901")]
CASES = ("p/a", "p/b")


def _golden(case: str, text: str) -> Golden:
    return Golden(Record(case, "export", Outcome.GRAPHS, artifacts=(Artifact("program.code", text),)))


_WRITTEN = st.lists(
    st.tuples(st.sampled_from(VERSIONS), st.sampled_from(CASES), st.sampled_from("xyz")), max_size=6
)


@given(_WRITTEN)
def test_they_resolve_alike(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[Version, str, str]]
) -> None:
    goldens = Goldens(tmp_path_factory.mktemp("snapshots"), VERSIONS[:3])
    for version, case, text in written:
        goldens.update(version, _golden(case, text))
    fixed = FixedGoldens(goldens.root, goldens.supported)
    for version in VERSIONS:
        for case in CASES:
            assert fixed.find_file(case, "export", version) == goldens.find_file(case, "export", version)
            assert fixed.resolve(case, "export", version) == goldens.resolve(case, "export", version)
    assert fixed.list_stored() == goldens.list_stored()
    assert fixed.find_unused([Key("p/a", "export")]) == goldens.find_unused([Key("p/a", "export")])


def test_each_file_is_read_once(tmp_path: Path) -> None:
    Goldens(tmp_path, VERSIONS).update(VERSIONS[0], _golden("p/a", "x"))
    fixed = FixedGoldens(tmp_path, VERSIONS)
    first = fixed.resolve("p/a", "export", VERSIONS[0])
    (file,) = (entry.file for entry in fixed.list_stored())
    file.unlink()
    assert fixed.resolve("p/a", "export", VERSIONS[2]) is first


def test_what_cannot_be_read_is_said_each_time(tmp_path: Path) -> None:
    Goldens(tmp_path, VERSIONS).update(VERSIONS[0], _golden("p/a", "x"))
    fixed = FixedGoldens(tmp_path, VERSIONS)
    fixed.list_stored()[0].file.write_text("spoilt")
    for _ in range(2):
        with pytest.raises(GoldenError):
            fixed.resolve("p/a", "export", VERSIONS[0])


def test_names_that_cannot_name_a_golden_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot name a golden's file"):
        FixedGoldens(tmp_path, VERSIONS).find_file("../p/a", "export", VERSIONS[0])


def test_a_file_that_is_larger_than_any_golden_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Goldens(tmp_path, VERSIONS).update(VERSIONS[0], _golden("p/a", "x" * 100))
    monkeypatch.setattr("graph_goldens.goldens.store.LARGEST", 100)
    with pytest.raises(GoldenError, match="the most a golden may have"):
        FixedGoldens(tmp_path, VERSIONS).resolve("p/a", "export", VERSIONS[0])
