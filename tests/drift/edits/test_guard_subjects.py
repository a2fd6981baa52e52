import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.edits.guard_subjects import describe_expression, describe_subject

LINEAR = "G['__import_torch_dot_nn_dot_modules_dot_linear']"
EVERY = "G['__import_torch_dot_nn_dot_modules_dot_module']"


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("L['x']", "a local"),
        ("L['self'].attr", "what a local holds"),
        ("L['x'].cos", "what a local holds"),
        ("G['f']", "a global"),
        ("G['OPERATORS'].queue_pop", "what a global holds"),
        ("G['__builtins_dict__']['isinstance']", "a builtin"),
        ("G['torch'].Tensor", "what torch holds"),
        (LINEAR, "torch.nn.modules.linear"),
        (f"{LINEAR}.F.linear", "what torch.nn.modules.linear holds"),
        ("G['__import_mine_dot_torch']", "a global"),
        (f"{EVERY}._global_forward_hooks", "the hooks of all modules"),
        ("L['self']._modules['a']._forward_pre_hooks_with_kwargs", "a module's hooks"),
        ("L['self']._modules['a']._parameters['weight']", "a parameter of a module"),
        ("L['self'].__dict__['_buffers']", "what a module registers"),
        ("L['self']._modules['a']", "a module of a module"),
        ("L['self'].tq.__obj_flatten__()[0][1]", "the state of a script object"),
        ("L['tq']._type().qualified_name()", "the class of a script object"),
        ("L['self'].__class__.__setattr__.__closure__[0].cell_contents", "what a function closes over"),
        ("dict(type(L['self']).__dict__)", "a class"),
        ("", ""),
    ],
)
def test_what_a_guard_is_on_is_told_without_the_names_of_programs(subject: str, words: str) -> None:
    assert describe_subject(subject) == words


@given(st.from_regex(r"[LG]\['[a-z]{1,8}'\](\.[a-z]{1,8}|\['[a-z]{1,8}'\]|\[[0-9]\]){0,3}", fullmatch=True))
def test_a_programs_own_names_decide_nothing(subject: str) -> None:
    root, rest = subject[:1], subject.partition("]")[2]
    if not subject.startswith("G['torch']"):
        assert describe_subject(f"{root}['other']{rest}") == describe_subject(subject)


@given(st.text())
def test_any_text_is_told(text: str) -> None:
    assert isinstance(describe_subject(text), str)
    assert describe_expression(text)
