"""A report as JUnit XML, which CI systems show: a suite for each section, a test for each record."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from graph_goldens.keys import Key
from graph_goldens.report.drift_text import format_drift
from graph_goldens.report.known_text import describe_decision
from graph_goldens.report.model import Gravity, Item, Problem, Report, Section
from graph_goldens.words import make_lines_visible

MOST_LINES = 200


def render_junit(report: Report) -> str:
    """Render a report as JUnit XML; where only drifts are known, only these are tests."""
    suites = Element("testsuites", {"name": report.title})
    for section in report.sections:
        _add_suite(suites, section)
    _count(suites)
    _make_visible(suites)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=False) + "\n"


def _add_suite(suites: Element, section: Section) -> None:
    suite = SubElement(suites, "testsuite", {"name": section.title})
    properties = SubElement(suite, "properties")
    _add_property(properties, "before", section.before)
    _add_property(properties, "after", section.after)
    for kind, count in section.classes.items():
        _add_property(properties, f"drifts.{kind.value}", str(count))
    for each in section.let_through:
        _add_property(properties, "let_through", each.sentence)
    for key in section.same:
        _add_case(suite, key)
    for name, count in section.buckets.items():
        _add_property(properties, f"drifts.{name}", str(count))
    for sentence in section.standing:
        _add_property(properties, "known", sentence)
    for item in section.items:
        _add_drift(suite, item)
    for item in section.known:
        _add_known(suite, item)
    for problem in section.problems:
        _add_problem(suite, problem)
    _count(suite)


def _count(element: Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    element.set("failures", str(len(list(element.iter("failure")))))
    element.set("skipped", str(len(list(element.iter("skipped")))))
    element.set("errors", str(len(list(element.iter("error")))))


def _add_case(suite: Element, key: Key, file: str = "") -> Element:
    case, path = key
    attributes = {"classname": case.replace("/", "."), "name": path or case or "environment"}
    return SubElement(suite, "testcase", {**attributes, **({"file": file} if file else {})})


def _add_known(suite: Element, item: Item) -> None:
    """Add a known drift: a test that is left out, with the reason of who decided so."""
    test = _add_case(suite, item.drift.key, item.golden)
    decided = "; ".join(describe_decision(each) for each in item.known)
    SubElement(test, "skipped", {"message": f"known {item.drift.label}: {decided}"})


def _add_drift(suite: Element, item: Item) -> None:
    drift = item.drift
    test = _add_case(suite, drift.key, item.golden)
    properties = SubElement(test, "properties")
    _add_property(properties, "class", drift.kind.value)
    _add_property(properties, "severity", drift.severity.value)
    _add_property(properties, "fingerprint", drift.fingerprint)
    _add_property(properties, "changes", " ".join(change.fingerprint for change in drift.changes))
    if drift.detail:
        _add_property(properties, "detail", drift.detail.value)
    if item.because:
        _add_property(properties, "because", item.because)
    message = f"{drift.label}: {drift.edits[0].sentence}"
    failure = SubElement(test, "failure", {"type": drift.kind.value, "message": message})
    failure.text = "\n".join(line.plain for line in format_drift(drift, most_lines=MOST_LINES))


def _add_problem(suite: Element, problem: Problem) -> None:
    """Add what is not a drift: an error where nothing is known of the record, no failure for a note."""
    test = _add_case(suite, Key(problem.case, problem.path), problem.golden)
    message = f"{problem.finding}: {problem.sentence}"
    if problem.gravity is Gravity.NOTE:
        SubElement(test, "system-out").text = message
    else:
        tag = "error" if problem.gravity is Gravity.FAULT else "failure"
        SubElement(test, tag, {"type": problem.finding, "message": message})


def _add_property(properties: Element, name: str, value: str) -> None:
    SubElement(properties, "property", {"name": name, "value": value})


def _make_visible(root: Element) -> None:
    """Let a reader see what each text and attribute holds; all that XML forbids is among what is replaced."""
    for element in root.iter():
        element.text = element.text and make_lines_visible(element.text)
        for name, value in element.items():
            element.set(name, make_lines_visible(value))
