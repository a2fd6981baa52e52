import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.text.tokens import (
    NAME,
    find_renaming,
    split_code,
    split_code_lines,
    split_graph,
    split_words,
)

GRAPH = """graph():
    %x : [num_users=2] = placeholder[target=x]
    %view : [num_users=1] = call_method[target=view](args = (%x, -1), kwargs = {})
    %add : [num_users=1] = call_function[target=operator.add](args = (%view, %x), kwargs = {alpha: 2})
    return (add, None)"""
CODE = """def forward(self, x, dim):
    view = x.view(-1)
    add, mul, = f(view, dim = dim)
    return torch.add(add, mul)
"""


def graph_names(old: str, new: str) -> dict[str, str] | None:
    return find_renaming(split_graph(old), split_graph(new))


def code_names(old: str, new: str) -> dict[str, str] | None:
    return find_renaming(split_code(old), split_code(new))


def test_white_space_is_no_token_but_within_quotes_it_counts() -> None:
    assert (
        split_words("f( %x,\n 'a  b' )")
        == split_words("f(%x, 'a  b')")
        == ["f", "(", "%x", ",", "'a  b'", ")"]
    )
    assert split_words("'a b'") != split_words("'a  b'")
    assert split_words("it's") == ["it", "'s"]


@given(st.text())
def test_no_sign_is_lost_but_white_space(text: str) -> None:
    assert "".join("".join(split_words(text)).split()) == "".join(text.split())


def test_a_graph_s_names_are_given_anew_wherever_they_stand_and_its_targets_are_not() -> None:
    renamed = GRAPH.replace("%view", "%view_1").replace("%add", "%add_2").replace("(add,", "(add_2,")
    assert graph_names(GRAPH, renamed) == {"x": "x", "view": "view_1", "add": "add_2"}
    inputs = GRAPH.replace("%x", "%y").replace("target=x", "target=y")
    assert graph_names(GRAPH, inputs) == {"x": "y", "view": "view", "add": "add"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("target=view]", "target=reshape]"),
        ("target=x]", "target=z]"),
        ("-1", "0"),
        ("alpha: 2", "beta: 2"),
        ("(%view, %x)", "(%x, %view)"),
        ("(%view, %x)", "(%view, %view)"),
        ("return (add", "return (view"),
        ("None", "add"),
    ],
)
def test_what_is_more_than_a_name_is_no_renaming_in_a_graph(old: str, new: str) -> None:
    assert old in GRAPH
    assert graph_names(GRAPH, GRAPH.replace(old, new)) is None


def test_two_names_cannot_become_one_nor_one_two() -> None:
    assert graph_names("%a = f(%b)", "%c = f(%c)") is None
    assert graph_names("%a = f(%a)", "%b = f(%c)") is None
    assert graph_names("%a = f(%b)", "%b = f(%a)") == {"a": "b", "b": "a"}


def test_code_s_names_are_its_variables_and_not_attributes_keywords_or_globals() -> None:
    renamed = CODE.replace("view = x", "view_1 = x").replace("f(view", "f(view_1")
    assert code_names(CODE, renamed) == {"x": "x", "dim": "dim", "view": "view_1", "add": "add", "mul": "mul"}
    assert code_names(CODE, CODE.replace("x.view", "x.reshape")) is None
    assert code_names(CODE, CODE.replace("(view, dim =", "(view, axis =")) is None
    assert code_names(CODE, CODE.replace("torch.add", "math.add")) is None
    assert code_names(CODE, CODE.replace("dim):", "d):").replace("= dim)", "= d)")) is not None


def test_parameters_are_names_and_their_types_and_keywords_are_not() -> None:
    head = "def forward(self, x : torch.Tensor, dim : typing_Tuple[int, int] = None, *rest):"
    (line,) = split_code_lines(head)
    assert [word.removeprefix(NAME) for word in line if word.startswith(NAME)] == ["x", "dim", "rest"]


@pytest.mark.parametrize(
    "text", ["'" * 100_000, "\\'" * 100_000, '"\\' * 100_000, "a " * 100_000, "a" + " " * 200_000]
)
def test_hostile_texts_are_split_in_one_go(text: str) -> None:
    """It ends at all: a splitter that tries every way does not."""
    assert split_graph(text).count("a") == split_code(text).count("a")
