"""JUnit XML parses whatever is in it, and has a test for each record with what CI systems show of it."""

from dataclasses import replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Detail
from graph_goldens.report.formats.junit import render_junit
from tests.report.reporting import HOSTILE, drift, hostile, mixed, report, run_section


def suites(text: str) -> list[Element]:
    return ElementTree.fromstring(text).findall("testsuite")


def properties(test: Element) -> dict[str, str]:
    return {each.get("name", ""): each.get("value", "") for each in test.iterfind("properties/property")}


def test_there_is_a_suite_for_each_section_and_a_test_for_each_record() -> None:
    (suite,) = suites(render_junit(mixed()))
    assert suite.get("name") == "torch 2.15.0+cpu · Python 3.11.7 · Linux-x86_64"
    tests = suite.findall("testcase")
    assert [test.get("classname") for test in tests] == [f"p.{letter}" for letter in "deabcfghi"]
    assert {test.get("name") for test in tests} == {"export"}
    assert [len(test.findall("failure")) for test in tests] == [0, 0, 1, 1, 1, 1, 1, 0, 0]
    assert [len(test.findall("error")) for test in tests] == [0, 0, 0, 0, 0, 0, 0, 1, 0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("9", "5", "1")
    assert properties(suite)["drifts.outcome"] == "1"


def test_a_drift_says_its_class_severity_and_fingerprint_and_what_changed() -> None:
    found = drift("p/a")
    (suite,) = suites(render_junit(report(run_section(found))))
    (test,) = suite.findall("testcase")
    assert test.get("file") == "snapshots/torch-2.8.0/p/a/export.md"
    assert properties(test) == {
        "class": "interface",
        "severity": "semantic",
        "fingerprint": found.fingerprint,
        "changes": found.changes[0].fingerprint,
    }
    failure = test.find("failure")
    assert failure is not None
    assert failure.get("type") == "interface"
    assert failure.get("message") == f"{found.label}: {found.edits[0].sentence}"
    assert "    - input x\n    + input y" in (failure.text or "")


def test_what_is_finer_than_a_class_is_a_property_of_its_own() -> None:
    found = drift("p/a")
    edit = replace(found.edits[0], kind=DriftClass.OPERATORS, detail=Detail.ALIASES)
    (suite,) = suites(render_junit(report(run_section(replace(found, edits=(edit,))))))
    (test,) = suite.findall("testcase")
    assert properties(test)["detail"] == "aliases only"


def test_a_note_is_no_failure() -> None:
    (suite,) = suites(render_junit(mixed()))
    note = suite.findall("testcase")[-1]
    assert [child.tag for child in note] == ["system-out"]
    assert note.findtext("system-out") == "new golden: begins at 2.15.0"


def test_any_text_is_held_and_what_xml_cannot_hold_is_replaced() -> None:
    text = render_junit(hostile())
    text.encode()
    found = suites(text)
    assert len(found) == len(HOSTILE)
    for suite, hostile_text in zip(found, HOSTILE, strict=True):
        assert [child.tag for child in suite] == ["properties", "testcase", "testcase", "testcase"]
        if hostile_text.isprintable():
            assert suite.findall("testcase")[0].get("name") == f"export {hostile_text}"
    shown = suites(text)[HOSTILE.index("\x00\x07\x1b[31m\ud800")].findall("testcase")[0].get("name")
    assert shown == "export ⟨U+0000⟩⟨U+0007⟩⟨U+001B⟩[31m⟨U+D800⟩"


def test_a_long_difference_is_cut() -> None:
    long = "\n".join(f"input {number}" for number in range(1_000))
    (suite,) = suites(render_junit(report(run_section(drift("p/a", new=long)))))
    (failure,) = suite.iter("failure")
    assert (failure.text or "").endswith(" more lines")
