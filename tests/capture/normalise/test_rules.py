"""What each normalisation rule takes away, and what none of them may touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.capture.normalise import messages, rules
from graph_goldens.capture.normalise.rules import ANY_TEXT, CODE, ERROR, GRAPH, Rule, normalise

EXAMPLES = [
    (rules.hide_addresses, "<function f at 0x7f31a0b2c3d0>", "<function f at <address>>"),
    (rules.hide_file_counters, "<eval_with_key>.17", "<eval_with_key>"),
    (rules.hide_global_counters, "G['__builtins_dict___13']['print']", "G['__builtins_dict__']['print']"),
    (rules.hide_global_counters, "__resume_at_22_3", "__resume_at"),
    (messages.sort_sets, "in {<class 'str'>, <class 'int'>}", "in {<class 'int'>, <class 'str'>}"),
    (messages.sort_sets, "{'b': 1, 'a': 2}", "{'b': 1, 'a': 2}"),
    (
        messages.sort_types,
        "supported types: [<class 'str'>, <class 'int'>], not [<class 'b'>, <class 'a'>].",
        "supported types: [<class 'int'>, <class 'str'>], not [<class 'b'>, <class 'a'>].",
    ),
    (messages.cut_internals, "at FakeTensor(..., size=(2,)) here", "at FakeTensor here"),
    (messages.cut_internals, "UserDefinedObjectVariable(Queue)", "UserDefinedObjectVariable(Queue)"),
    (messages.keep_first_paragraph, "it failed:\n\nthis\n\nadvice", "it failed:\nthis"),
    (rules.drop_context, "a\n  Developer debug context: b\n  c\n\nd", "a\n\nd"),
    (rules.hide_compile_ids, "skipped [0/1_2] again", "skipped [compile id] again"),
    (rules.shorten_file_names, "at /home/me/env/torch/fx/graph.py:312", "at graph.py"),
    (rules.hide_paths, "in /tmp/torchinductor_me/ab", "in <path>"),
    (rules.drop_comments, "# File: a.py\n    x = 1\n    # why\n", "    x = 1\n"),
    (
        rules.drop_releases,
        "    y = f(x);  x = None\n    z = g(y);  y = w = None",
        "    y = f(x)\n    z = g(y)",
    ),
    (rules.drop_blank_lines, "\n\na  \n\n   \nb\n\n", "a\nb"),
    (rules.drop_tail, "it failed\n\nfrom user code:\n  File x", "it failed\n\n"),
    (
        rules.drop_quoted_frames,
        r"got RuntimeError('no\nException raised from f at X.cpp (most recent call first):\nframe #0: g()"
        r" + 0x8b (libc10.so)\n<omitting python frames>\n')",
        "got RuntimeError('no')",
    ),
    (
        rules.hide_abi,
        "torch._ops.X.pybind11_detail_function_record_v1_system_libstdcpp_gxx_abi_1xxx_use_cxx11_abi_1.f",
        "torch._ops.X.pybind11_detail_function_record.f",
    ),
    (rules.drop_frames, 'a\n  File "x.py", line 3, in f\n    return y\nb', "a\nb"),
    (rules.drop_carets, "a\n    ~~~^^^\nb", "a\nb"),
    (rules.drop_hints, "a\n  Hint: do this.\n    and that\n  Explanation: x", "a\n  Explanation: x"),
    (rules.drop_advice, 'a\nSet TORCH_LOGS="+dynamo" for more\nb', "a\nb"),
    (rules.drop_colours, "\x1b[1mdo \x1b[96;4mthis\x1b[0m", "do this"),
    (rules.hide_urls, "see https://pytorch.org/docs/2.13/x.html now", "see <url> now"),
    (rules.hide_line_numbers, "failed on line 42 of it", "failed on line N of it"),
]


@pytest.mark.parametrize(
    ("rule", "before", "after"), EXAMPLES, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_rule_does_what_its_docstring_says(rule: Rule, before: str, after: str) -> None:
    assert rule(before) == after


def test_every_rule_has_an_example_and_a_reason() -> None:
    listed = {*ANY_TEXT, *CODE, *GRAPH, *ERROR}
    assert listed == {rule for rule, _, _ in EXAMPLES}
    assert all(rule.__doc__ for rule in listed)


CODE_THAT_STAYS = """\
def forward(self, token, obj_attr, x):
    with_effects = torch.ops.higher_order.with_effects(token, torch.ops.aten.add_.Tensor, x, alpha = -1.5)
    getitem = with_effects[0]
    view = torch.ops.aten.view.default(x, [2, -1])
    setitem = operator.setitem(view, slice(None, None, None), None)
    scalar = torch.ops.aten._assert_scalar.default(ge, "Runtime assertion failed for u0 >= 0 on node 'ge'")
    return (getitem, None)"""


@pytest.mark.parametrize("table", [CODE, GRAPH])
def test_operators_arguments_literals_and_names_stay(table: tuple[Rule, ...]) -> None:
    assert normalise(CODE_THAT_STAYS, table) == CODE_THAT_STAYS


def test_a_url_like_division_in_code_is_no_path() -> None:
    assert normalise("    y = a / b / c", CODE) == "    y = a / b / c"


def test_an_error_keeps_its_kind_and_loses_what_surrounds_it() -> None:
    message = (
        "Unsupported method call\n"
        "  Explanation: Dynamo cannot trace `f`\n"
        "  Hint: try another\n"
        "  Developer debug context: value=<object object at 0x7f0000001234>\n\n"
        " For more details about this graph break, please visit: https://example.org/gb0156.html\n\n"
        "from user code:\n"
        '   File "/home/me/x.py", line 3, in f\n    return g(x)\n'
    )
    assert normalise(message, ERROR) == ("Unsupported method call\n  Explanation: Dynamo cannot trace `f`")


PIECES = st.sampled_from(
    [
        "x", " ", "\n", "\n\n", "    ", "# c", ";  x = None", "0x7f31a0b2", "<eval_with_key>.3",
        "/a/b/c.py:3", "/tmp/x/", "[0/1]", "Hint: h", "from user code:", 'File "a.py", line 3, in f', "^^^",
        "https://e.org/x", "s77", "line 7",
        "Exception raised from", "__builtins_dict___4", "=", "None", "(", ")", "%add : [num_users=1]",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join), st.sampled_from([CODE, GRAPH, ERROR, ANY_TEXT]))
def test_normalising_twice_changes_nothing_more(text: str, table: tuple[Rule, ...]) -> None:
    once = normalise(text, table)
    assert normalise(once, table) == once
