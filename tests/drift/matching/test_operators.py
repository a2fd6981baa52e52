import pytest

from graph_goldens.drift.matching.operators import (
    EFFECTFUL_GRAPH,
    canonicalise,
    classify_value,
    generalise_target,
    has_side_effects,
    is_alias,
    is_assertion,
    is_projection,
    name_inner_operator,
    name_run_operator,
    shorten_target,
)
from graph_goldens.graphs.node_arguments import Literal
from graph_goldens.graphs.node_table import Node
from tests.drift.building import TENSOR, attribute, method
from tests.drift.labelled.tables import call

X = {"x": TENSOR}

EFFECTS = {
    "mutation": """
        aten.add_.Tensor aten.copy_.default aten.__ior__.Tensor aten._index_put_impl_.default
        aten.set_.source_Tensor aten.resize_.default operator.iadd operator.imatmul operator.ior
        operator.setitem _operator.delitem torch.Tensor.__setitem__ torch.Tensor.add_ torch.relu_
        torch.nn.functional.relu_ builtins.setattr aten._fused_moving_avg_obs_fq_helper.default
        torch.ops.aten._fused_moving_avg_obs_fq_helper.default torch.fused_moving_avg_obs_fake_quant
    """,
    "random numbers": """
        aten.rand.default aten.randn_like.default aten.randint.low aten.bernoulli.p
        aten.dropout.default aten.native_dropout.default aten._fused_dropout.default
        aten.feature_alpha_dropout.default torch.rand torch.nn.functional.dropout
        torch.nn.functional.dropout2d torch.nn.functional.alpha_dropout aten.normal.Tensor_float
        aten.multinomial.default aten.poisson.default aten.rrelu_with_noise.default
        aten._standard_gamma.default aten.scaled_dot_product_attention.default
        aten._scaled_dot_product_flash_attention.default aten._efficient_attention_forward.default
        torch.manual_seed torch.seed prims.inductor_seeds.default torch.ops.inductor.random.default
        rngprims.philox_rand.default torch.ops.higher_order.run_and_save_rng_state
    """,
    "modes": """
        torch._C._set_grad_enabled torch.amp.autocast_mode._enter_autocast
        torch.amp.autocast_mode._exit_autocast torch.autograd.grad_mode._enter_inference_mode
        torch.autograd.grad_mode._exit_inference_mode torch._C._functorch._vmap_increment_nesting
        torch.set_num_threads torch.set_default_dtype
        torch.ops.higher_order.wrap_with_set_grad_enabled torch._C._push_on_torch_function_stack
        torch.ops.profiler._record_function_enter_new.default
    """,
    "collectives": """
        _c10d_functional.all_reduce.default _c10d_functional.wait_tensor.default
        torch.distributed.distributed_c10d.all_gather
    """,
    "tokens": """
        torch.ops.higher_order.with_effects torch.ops.prims._make_token.default
        torch.ops.prims._sink_tokens.default torch.ops.higher_order.call_torchbind
    """,
    "what nothing is known of": """
        torch.ops.mylib.custom.default torch.ops.higher_order.new_operator my.function
        torch._dynamo.something
    """,
    "the world outside": """
        builtins.print builtins.next torch.save
    """,
}

NO_EFFECTS = """
    aten.add.Tensor aten.view.default aten._to_copy.default aten.clone.default
    aten.native_dropout_backward.default aten.index_put.default aten.relu.default
    aten._native_batch_norm_legit_no_training.default
    aten._native_batch_norm_legit_functional.default aten.native_batch_norm_backward.default
    operator.add operator.getitem operator.inv operator.invert operator.is_ operator.itemgetter
    operator.index _operator.mul builtins.getattr builtins.max math.sqrt torch.add
    torch.nn.functional.relu torch.Tensor.__invert__ torch._C._nn.gelu torch.sym_max
    prims.convert_element_type.default aten._assert_async.msg torch._check
    torch.ops.higher_order.cond torch.ops.higher_order.scan
    quantized_decomposed.quantize_per_tensor.default
"""


def function(target: str, *args: str) -> Node:
    spaces = ("prims.", "rngprims.", "quantized_decomposed.")
    return call("n", f"torch.ops.{target}" if target.startswith(spaces) else target, *(args or ("%x",)))


@pytest.mark.parametrize(
    ("why", "target"), [(why, target) for why, targets in EFFECTS.items() for target in targets.split()]
)
def test_nothing_moves_across(why: str, target: str) -> None:
    assert has_side_effects(function(target), X)


@pytest.mark.parametrize("target", NO_EFFECTS.split())
def test_what_only_computes_may_move(target: str) -> None:
    assert not has_side_effects(function(target), X)


@pytest.mark.parametrize(
    ("name", "effects"),
    [
        ("add", False),
        ("sin", False),
        ("new_method_of_tensors", False),
        ("add_", True),
        ("__setitem__", True),
        ("__iadd__", True),
        ("__int__", False),
        ("bernoulli", True),
        ("backward", True),
        ("register_hook", True),
    ],
)
def test_a_method_of_a_tensor_has_effects_where_it_mutates_draws_or_runs_a_backward(
    name: str, effects: bool
) -> None:
    assert has_side_effects(method("n", name, "%x"), X) is effects


def test_a_method_of_what_nothing_is_known_of_has_effects_unless_every_tensor_has_it() -> None:
    assert has_side_effects(method("n", "push", "%x"), {})
    assert not has_side_effects(method("n", "sin", "%x"), {})


@pytest.mark.parametrize(
    "node", [function("aten.add.Tensor"), method("n", "size", "%x"), function("operator.add")]
)
def test_any_call_may_change_a_script_object(node: Node) -> None:
    assert has_side_effects(node, {"x": "script object __torch__.Queue"})


def test_an_item_taken_out_of_what_an_object_gave_changes_nothing() -> None:
    assert not has_side_effects(
        function("operator.getitem", "%x", "0"), {"x": "script object __torch__.Queue"}
    )


def test_an_operator_has_the_effects_of_the_graph_that_it_runs() -> None:
    node = call("n", "higher_order.cond", "%p", "%body", "%other", ["%x"])
    assert has_side_effects(node, {"body": EFFECTFUL_GRAPH})
    assert not has_side_effects(node, {})


def test_an_operator_that_writes_into_a_given_tensor_has_effects() -> None:
    assert has_side_effects(call("n", "aten.add.out", "%x", 1, out="%y"), X)


@pytest.mark.parametrize(
    ("target", "training", "effects"),
    [
        ("aten.batch_norm.default", "True", True),
        ("aten.batch_norm.default", "%flag", True),
        ("aten.batch_norm.default", "False", False),
        ("aten._native_batch_norm_legit.default", "True", True),
        ("torch.nn.functional.instance_norm", "True", True),
        ("aten.instance_norm.default", "False", False),
    ],
)
def test_a_normalisation_that_may_update_its_statistics_has_effects(
    target: str, training: str, effects: bool
) -> None:
    assert has_side_effects(call("n", target, "%x", "%w", "%b", "%m", "%v", training), X) is effects


def test_a_normalisation_may_say_by_keyword_that_it_only_reads_its_statistics() -> None:
    assert not has_side_effects(call("n", "torch.nn.functional.batch_norm", "%x", training="False"), X)
    assert not has_side_effects(call("n", "torch.instance_norm", "%x", use_input_stats="False"), X)
    assert has_side_effects(call("n", "torch.nn.functional.batch_norm", "%x"), X)


def test_inputs_attributes_and_checks_have_no_effects_and_modules_have() -> None:
    assert not has_side_effects(attribute("w", "w"), {})
    assert not has_side_effects(Node("x", "placeholder", "x"), X)
    assert has_side_effects(Node("n", "call_module", "layer.0"), {})
    assert not has_side_effects(Node("n", "call_module", "_guards_fn"), {})


@pytest.mark.parametrize(
    ("target", "assertion", "alias"),
    [
        ("aten._assert_scalar.default", True, False),
        ("aten.sym_constrain_range_for_size.default", True, False),
        ("aten._functional_assert_async.msg", True, False),
        ("torch._check", True, False),
        ("aten.alias.default", False, True),
        ("aten.detach.default", False, True),
        ("aten.lift_fresh_copy.default", False, False),
        ("aten.aliased.default", False, False),
        ("aten.view.default", False, False),
    ],
)
def test_assertions_and_aliases_are_known_by_their_names(target: str, assertion: bool, alias: bool) -> None:
    node = function(target)
    assert (is_assertion(node), is_alias(node)) == (assertion, alias)


def test_an_attribute_that_is_called_like_an_assertion_is_none() -> None:
    assert not is_assertion(attribute("n", "_assert_me"))
    assert not is_alias(attribute("n", "alias"))


@pytest.mark.parametrize(
    ("node", "short", "plain"),
    [
        (call("n", "aten.add.Tensor", "%x"), "aten.add.Tensor", "aten.add.Tensor"),
        (call("n", "aten.add", "%x"), "aten.add", "aten.add"),
        (call("n", "aten.relu.default", "%x"), "aten.relu", "aten.relu"),
        (call("n", "torch.ops.lib.op.default", "%x"), "lib.op", "a custom operator"),
        (call("n", "operator.getitem", "%x", 0), "getitem", "getitem"),
        (method("n", "view", "%x"), ".view", "view"),
        (attribute("n", "layer.weight"), "get_attr layer.weight", "get_attr"),
        (Node("x", "placeholder", "x"), "placeholder", "x"),
        (
            call("n", "higher_order.call_torchbind", "%q", "push", "%x"),
            "call_torchbind(push)",
            "call_torchbind",
        ),
        (
            call("n", "higher_order.with_effects", "%t", "call_torchbind", "%q", "push", "%x"),
            "with_effects(call_torchbind.push)",
            "with_effects",
        ),
        (
            call("n", "higher_order.with_effects", "%t", "lib.op.default", "%x"),
            "with_effects(lib.op)",
            "with_effects",
        ),
        (
            call("n", "higher_order.auto_functionalized_v2", "lib.op.default", "%x"),
            "auto_functionalized_v2(lib.op)",
            "auto_functionalized_v2",
        ),
    ],
)
def test_what_a_node_calls_has_a_short_name_and_one_without_what_differs_between_programs(
    node: Node, short: str, plain: str
) -> None:
    assert (shorten_target(node), generalise_target(node)) == (short, plain)


def test_an_operator_is_the_same_one_by_itself_and_within_another() -> None:
    alone = call("n", "higher_order.call_torchbind", "%q", "push", "%x")
    within = call("n", "higher_order.with_effects", "%t", "call_torchbind", "%q", "push", "%x")
    other = call("n", "higher_order.with_effects", "%t", "call_torchbind", "%q", "pop")
    assert name_run_operator(alone) == name_run_operator(within) != name_run_operator(other)


def test_a_packet_and_its_overloads_are_different_operators() -> None:
    targets = ["torch.ops.aten.add", "torch.ops.aten.add.Tensor", "torch.ops.aten.add.Scalar"]
    assert len({canonicalise(target) for target in targets}) == 3


def test_an_operator_that_versions_print_otherwise_is_one() -> None:
    assert (
        canonicalise("torch._higher_order_ops.effects.with_effects") == "torch.ops.higher_order.with_effects"
    )
    assert canonicalise("_operator.add") == "operator.add"


def test_arguments_that_could_not_be_read_tell_nothing_of_an_operator_within() -> None:
    node = Node("n", "call_function", "torch.ops.higher_order.with_effects", Literal("(odd"))
    assert name_inner_operator(node) == ""
    assert has_side_effects(node, {})


def test_only_an_item_of_a_tuple_is_a_projection() -> None:
    assert is_projection(call("n", "operator.getitem", "%x", 0))
    assert not is_projection(method("n", "getitem", "%x", 0))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("script object __torch__.Queue", "a script object"),
        ("Sym(s0)", "a symbolic number"),
        ("float32[0] stride (1) cpu", "an effect token"),
        ("int64[0] stride (1) cpu", "a tensor"),
        ("(float32[2] stride (1) cpu, float32[0] stride (1) cpu", "a tensor"),
        (TENSOR, "a tensor"),
        ("3", ""),
        ("", ""),
    ],
)
def test_a_value_is_of_a_kind_whatever_its_sizes(value: str, kind: str) -> None:
    assert classify_value(value).value == kind
