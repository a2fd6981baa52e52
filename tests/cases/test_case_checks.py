"""A case that is itself wrong is told what is wrong with it, before anything is traced."""

from typing import Any

import pytest

from graph_goldens.cases.case import Case
from graph_goldens.cases.case_checks import find_mistake, list_paths
from graph_goldens.cases.claims import Contains, Count, Delegated, Fact, Inputs, Raises

KNOWN = ("symbolic-trace", "export", "export-strict")


def _add(x: int, y: int = 0) -> int:
    return x + y


class _Module:
    def forward(self, x: int) -> int:
        return x

    def __call__(self, *args: Any, **kwargs: Any) -> int:
        return self.forward(*args, **kwargs)


SOUND = [
    Case(None),
    Case(_add, args=(1,)),
    Case(_add, args=(1,), kwargs={"y": 2}, calls=((1, 2), (3,))),
    Case(_Module(), args=(1,), paths=("export",), torch=">=2.6,<2.10"),
    Case(abs, args=(1,), claims=[Fact("graphs", 1, paths=("export",)), Raises("RuntimeError")]),
    Case(_add, args=(1,), claims=[Contains("aten.add -> output", paths=("export*",)), Inputs(0)]),
    Case(print, args=(1, 2, 3)),
    Case(None, claims=[Fact("size", 1, paths=("facts",))]),
]
WRONG: list[tuple[object, str]] = [
    (None, "it returns None (NoneType), and a case is a function that returns a Case"),
    ("x", "it returns 'x' (str), and a case"),
    (Case(3), "its program is 3 (int), which cannot be called"),  # type: ignore[arg-type]
    (Case(_add, args=1), "its args are 1 (int), and no tuple: write (x,)"),  # type: ignore[arg-type]
    (Case(_add, args=[1]), "its args are [1] (list), and no tuple"),
    (Case(_add, args=(1,), kwargs=[]), "its kwargs are [] (list)"),  # type: ignore[arg-type]
    (Case(_add, args=(1,), reads="a.bin"), "its reads are 'a.bin' (str)"),
    (Case(_add, args=(1,), observe=3), "its observe is 3 (int)"),  # type: ignore[arg-type]
    (Case(_add, args=(1,), compare="x"), "its compare is 'x' (str)"),  # type: ignore[arg-type]
    (Case(_add, args=(1,), contexts=(3,)), "its contexts are a tuple"),  # type: ignore[arg-type]
    (Case(_add), "its program cannot be called with its inputs: missing a required argument: 'x'"),
    (Case(_add, args=(1, 2, 3)), "too many positional arguments"),
    (Case(_Module(), args=(1,), kwargs={"z": 1}), "got an unexpected keyword argument 'z'"),
    (Case(_add, args=(1,), calls=((),)), "missing a required argument: 'x'"),
    (
        Case(_add, (1,), paths=("exprot",)),
        "its paths name 'exprot', which is no tracing path; did you mean `export`?",
    ),
    (Case(_add, (1,), paths="export"), "its paths name 'export' (str), and no sequence"),
    (Case(_add, (1,), paths=()), "its paths are empty"),
    (Case(_add, (1,), claims=[1]), "its claims are [1] (list)"),  # type: ignore[list-item]
    (
        Case(_add, (1,), claims=[Contains("aten.add ->")]),
        "the pattern of its claim Contains('aten.add ->') cannot be read: column 12 of the pattern",
    ),
    (Case(_add, (1,), claims=[Count("aten.add", -1)]), "the number of its claim Count('aten.add') is -1"),
    (Case(_add, (1,), claims=[Inputs(True)]), "the number of its claim Inputs is True"),
    (
        Case(_add, (1,), claims=[Delegated("aten.add", graph=3)]),  # type: ignore[arg-type]
        "the graph of its claim Delegated is no name or pattern of graphs",
    ),
    (
        Case(_add, (1,), claims=[Contains("aten.add", paths=("exprot*",))]),
        "the paths of its claim Contains('aten.add') name 'exprot*', which is no tracing path",
    ),
    (
        Case(_add, (1,), claims=[Fact("n", 1, paths=("exprot",))]),
        "the paths of its claim 'n' name 'exprot', which is no tracing path; did you mean `export`?",
    ),
    (
        Case(_add, (1,), paths=("export",), claims=[Raises("E", paths=("symbolic-trace",))]),
        "its claim of E is made for symbolic-trace alone, which the case does not go through",
    ),
    (Case(_add, (1,), torch="2.6"), "its torch is '2.6' (str), and no specifier"),
    (Case(_add, (1,), claims=[Fact("n", 1, torch="x")]), "the torch of its claim 'n' is 'x' (str)"),
]


@pytest.mark.parametrize("case", SOUND)
def test_a_sound_case_has_no_mistake(case: Case) -> None:
    assert find_mistake(case, KNOWN) == ""


@pytest.mark.parametrize(("made", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_mistake_is_said_in_a_clause(made: object, said: str) -> None:
    assert said in find_mistake(made, KNOWN)


def test_a_case_of_facts_alone_has_one_record() -> None:
    assert list_paths(Case(None), KNOWN) == ["facts"]
    assert list_paths(Case(_add), KNOWN) == list(KNOWN)
    assert list_paths(Case(_add, paths=("export-strict", "export")), KNOWN) == ["export", "export-strict"]
