"""What operators do, as far as their names and their arguments show: side effects, assertions, aliases.

Nothing here asks PyTorch, whose answers differ between versions. An operator that is not known counts as one
with side effects, so that an order is called cosmetic only where it surely is. Names are those that FX
prints, by `_get_qualified_name` and `_pretty_print_target` of torch/fx/node.py.
"""

import enum
import re
from collections.abc import Mapping
from functools import lru_cache

from graph_goldens.graphs.node_arguments import Group, Literal, list_refs
from graph_goldens.graphs.node_table import Node

_KNOWN_SPACES = ("aten", "prims", "prim", "quantized_decomposed", "rngprims", "inductor")
# each in a file of torch/_higher_order_ops, but where another is named; none acts but by its bodies, which
# are looked at by themselves
_PURE_HIGHER_ORDER = {
    "cond",
    "while_loop",
    "scan",
    "associative_scan",
    "map_impl",
    "wrap",
    "tag_activation_checkpoint",  # torch/_higher_order_ops/wrap.py, as is `wrap`
    "checkpoint",  # none is called so in 2.13
    "flex_attention",
    "flex_attention_backward",
    "autograd_function_apply",  # torch/_functorch/autograd_function.py
    "invoke_subgraph",
    "hints_wrapper",
    "out_dtype",
    "auto_functionalized",
    "auto_functionalized_v2",
    "triton_kernel_wrapper_functional",
    "strict_mode",
}
_OTHER_SPELLING = re.compile(r"torch\._higher_order_ops\.\w+\.(?=\w)")
# operators tagged `nondeterministic_seeded` in torchgen's native_functions.yaml, the functions of
# torch/random.py and torch/nn/functional.py over them, and those of torch/_prims/rng_prims.py and
# torch/_inductor/inductor_prims.py
_RANDOM = re.compile(
    r"(?:^|[._])(?:rand|randn|randint|randperm|rand_like|randn_like|randint_like|bernoulli|(?:\w+_)?dropout[123]?d?|"
    r"normal|multinomial|binomial|poisson|uniform|exponential|geometric|cauchy|log_normal|_standard_gamma|"
    r"_sample_dirichlet|gumbel_softmax|fractional_max_pool[23]d|random|rrelu|rrelu_with_noise|philox_rand|"
    r"inductor_random|inductor_randint|inductor_seed|inductor_seeds|seed|manual_seed|get_rng_state|set_rng_state|"
    r"run_and_save_rng_state|run_with_rng_state|_(?:flash|efficient|cudnn)_attention_forward|"
    r"_scaled_dot_product_\w+_attention|scaled_dot_product_attention)(?:$|\.)"
)
# torch/amp/autocast_mode.py, torch/autograd/grad_mode.py, torch/_functorch/predispatch.py,
# torch/autograd/graph.py, torch/autograd/profiler.py: what FX keeps for its effect is in
# `_side_effectful_functions` of torch/fx/node.py
_MODE = re.compile(
    r"_enter_|_exit_|enter_autocast|exit_autocast|set_grad_enabled|_set_autocast|inference_mode|_saved_tensors_hooks|"
    r"_functorch|_vmap_|_set_deterministic|set_default_|_set_fwd_grad|_enable_|_disable_|set_num_threads|"
    r"_push_|_pop_|record_function"
)
# torch/distributed/_functional_collectives.py
_COLLECTIVE = re.compile(
    r"c10d|distributed|all_reduce|all_gather|reduce_scatter|all_to_all|broadcast_$|wait_tensor"
)
# torch/fx/node.py, `_side_effectful_functions`; torch/__init__.py, `_check`; torch/export/_unlift.py,
# `_guards_fn`
_ASSERTION = re.compile(
    r"(?:^|\.)(?:_assert\w*|_functional_assert\w*|_functional_sym_constrain\w*|sym_constrain_range\w*|_check\w*|"
    r"assert_\w+|_guards_fn|_guard_fn)(?:$|\.)"
)
# torchgen's native_functions.yaml; what `make_fx` adds for constants: torch/fx/experimental/proxy_tensor.py
_ALIAS = re.compile(
    r"(?:^|\.)(?:alias|detach|detach_|lift|lift_fresh|alias_copy|detach_copy|view_of)(?:$|\.)"
)
# an operator's name ends with one underscore where it writes its first argument: the README beside
# native_functions.yaml; torch/ao/quantization/fake_quantize.py calls one that writes without it
_IN_PLACE = re.compile(
    r"(?:^|\.)(?!__|(?:and|or|not|is)_$)\w*[a-z0-9]_$|(?:^|\.)__(?:i(?!nt__|ndex__|nvert__)[a-z]+|setitem|delitem|setattr|delattr)__$|"
    r"(?:^|\.)(?:setitem|delitem|setattr|delattr)$|^_?operator\.i(?!nv$|nvert$|ndex|s_|temgetter$)[a-z]+$|"
    r"fused_moving_avg_obs"
)
_OUTSIDE = re.compile(r"(?:builtins\.)?(?:print|input|open|exec|eval|next|breakpoint)|torch\.(?:save|load)")
# they write running statistics in training: ATen/native/Normalization.cpp
_NORMALISATION = re.compile(
    r"(?:^|[._])(?:batch_norm|instance_norm|_batch_norm_with_update|_native_batch_norm_legit)$"
)
_TRAINING = 5  # the place of the argument that says whether a normalisation updates its running statistics
# namespaces that `_find_module_of_method` and `_get_qualified_name` of torch/fx/node.py give functions
_PURE_FUNCTION_SPACES = re.compile(
    r"(?:operator|_operator|math|builtins|torch|torch\.nn\.functional|torch\._C\._nn|torch\._C\._linalg|"
    r"torch\._C\._special|torch\._C\._fft|torch\.functional|torch\.Tensor|torch\._ops|torch\.fft|torch\.linalg|"
    r"torch\.special|torch\._C\._TensorBase|torch\._C\.TensorBase|torch\.sym_\w+|torch\._sym_\w+|"
    r"torch\.utils\._sympy\.functions|torch\.utils\._pytree|torch\.fx\.\w+)\.\w+"
)
# methods of tensors that write nothing: torch/_tensor_docs.py
# fmt: off
_PURE_METHODS = frozenset({
    "__add__", "__getitem__", "__mul__", "__sub__", "__truediv__", "abs", "acos", "add", "addmm",
    "alias", "all", "amax", "amin", "any", "argmax", "argmin", "argsort", "as_strided", "asin", "atan",
    "baddbmm", "bfloat16", "bmm", "bool", "broadcast_to", "cat", "ceil", "chunk", "clamp", "clone",
    "conj", "contiguous", "cos", "cosh", "cpu", "cross", "cuda", "cumprod", "cumsum", "detach", "diag",
    "diff", "dim", "div", "dot", "double", "dsplit", "einsum", "eq", "erf", "exp", "expand",
    "expand_as", "expm1", "flatten", "flip", "float", "floor", "fmod", "gather", "ge", "gelu", "gt",
    "half", "hsplit", "index_select", "int", "isfinite", "isinf", "isnan", "item", "kthvalue", "le",
    "lerp", "log", "log1p", "log2", "log_softmax", "logical_and", "logical_not", "logical_or",
    "logical_xor", "logsumexp", "long", "lt", "masked_fill", "masked_select", "matmul", "max",
    "maximum", "mean", "median", "min", "minimum", "mm", "movedim", "mul", "mv", "narrow", "ne", "neg",
    "new_empty", "new_full", "new_ones", "new_tensor", "new_zeros", "nonzero", "norm", "numel", "outer",
    "permute", "pow", "prod", "ravel", "reciprocal", "relu", "remainder", "repeat", "repeat_interleave",
    "requires_grad", "reshape", "reshape_as", "roll", "rot90", "round", "rsqrt", "scatter",
    "scatter_add", "select", "sigmoid", "sign", "sin", "sinh", "softmax", "sort", "split", "sqrt",
    "square", "squeeze", "std", "sub", "sum", "swapaxes", "t", "take", "tan", "tanh", "tensor_split",
    "to", "tolist", "topk", "trace", "transpose", "tril", "triu", "true_divide", "trunc", "type",
    "type_as", "unbind", "unflatten", "unfold", "unique", "unsqueeze", "var", "view", "view_as",
    "where", "xlogy",
})
# fmt: on
# fmt: off
_ELEMENTARY = frozenset({
    "abs", "add", "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "ceil", "cos", "eq", "exp",
    "floor", "ge", "gt", "le", "log", "logical_and", "logical_not", "logical_or", "lt", "maximum", "minimum",
    "mul", "ne", "neg", "sin", "sqrt", "tan", "tanh", "where",
})
# fmt: on
# of torch/_tensor.py and its base in C++, and of lists
_IMPURE_METHODS = frozenset(
    {"backward", "register_hook", "retain_grad", "share_memory", "append", "extend", "pop"}
)
EFFECTFUL_GRAPH = "graph with side effects"


def shorten_target(node: Node) -> str:
    """Name what a node calls, shortly: `aten.add.Tensor`, `with_effects(call_torchbind)`, `getitem`.

    An operator that another one runs (an effectful or a custom object's one) stands in parentheses.
    """
    name = shorten(node.target)
    if node.op == "get_attr":
        return f"get_attr {node.target}"
    if node.op in ("placeholder", "output"):
        return node.op
    if node.op == "call_method":
        return f".{name}"
    inner = name_inner_operator(node)
    return f"{name}({inner})" if inner else name


def generalise_target(node: Node) -> str:
    """Name what a node calls, without what differs from program to program."""
    if node.op == "get_attr":
        return "get_attr"
    space, _, name = node.target.removeprefix("torch.ops.").partition(".")
    known = (*_KNOWN_SPACES, "higher_order")
    custom = node.target.startswith("torch.ops.") and name and space not in known
    return "a custom operator" if custom else shorten(node.target)


def name_run_operator(node: Node) -> str:
    """Name the operator that runs in the end, be it alone or within `with_effects`."""
    inner = name_inner_operator(node)
    if node.target.endswith("call_torchbind"):
        return f"call_torchbind.{inner}"
    return inner or shorten(node.target)


@lru_cache(maxsize=4096)
def canonicalise(target: str) -> str:
    """Return the one name of an operator that PyTorch's versions print in several ways."""
    return _OTHER_SPELLING.sub("torch.ops.higher_order.", re.sub(r"\b_operator\.", "operator.", target))


@lru_cache(maxsize=4096)
def shorten(target: str) -> str:
    """Drop what every operator's name begins or ends with."""
    target = canonicalise(target)
    for start in ("torch.ops.higher_order.", "torch.ops.", "operator.", "builtins."):
        target = target.removeprefix(start)
    return target.removesuffix(".default")


def name_inner_operator(node: Node) -> str:
    """Name what an operator that runs another one runs: `push` of `call_torchbind(tq, push, x)`."""
    items = node.args.items if isinstance(node.args, Group) else ()
    if node.target.endswith("with_effects") and len(items) > 1 and isinstance(items[1], Literal):
        inner = shorten(items[1].text)
        method = _read_literal(items, 3) if inner == "call_torchbind" else ""
        return f"{inner}.{method}" if method else inner
    if node.target.endswith("call_torchbind"):
        return _read_literal(items, 1)
    if shorten(node.target).startswith("auto_functionalized"):
        return shorten(_read_literal(items, 0))
    return ""


def _read_literal(items: tuple[object, ...], at: int) -> str:
    item = items[at] if len(items) > at else None
    return item.text if isinstance(item, Literal) else ""


def sets_mode(node: Node) -> bool:
    """Whether a node enters, leaves or sets a mode, such as autocast or inference mode."""
    return bool(_MODE.search(node.target)) and node.op.startswith("call_")


def is_assertion(node: Node) -> bool:
    """Whether a node only checks something."""
    return bool(_ASSERTION.search(node.target)) and node.op.startswith("call_")


def is_alias(node: Node) -> bool:
    """Whether a node returns its input under another name, with the same values, shape and strides."""
    return bool(_ALIAS.search(node.target)) and node.op.startswith("call_")


def stops_gradients(node: Node) -> bool:
    """Whether a node lets no gradient through: before autograd that is more than another name."""
    return "detach" in node.target


def is_elementary(node: Node) -> bool:
    """Whether a node calls what PyTorch takes apart no further (torch/_decomp, torch/_refs): `add`, `sin`."""
    packet = node.target.removeprefix("torch.ops.").split(".")
    plain = not (isinstance(node.kwargs, Group) and node.kwargs.keys)  # `add` with `alpha` is `mul` and `add`
    return packet[0] == "aten" and len(packet) > 1 and packet[1] in _ELEMENTARY and plain


def is_projection(node: Node) -> bool:
    """Whether a node only takes one item out of a tuple that another one returned."""
    return node.op == "call_function" and shorten(node.target) == "getitem"


def has_side_effects(node: Node, values: Mapping[str, str]) -> bool:
    """Whether what stands before a node may not come to stand behind it, or the reverse.

    Args:
        node: the node.
        values: what is known of the nodes' values, by name: `float32[2, 3] …`, `script object …`.
    """
    match node.op:
        case "call_method":
            return _has_method_effects(node, values)
        case "call_module":
            return not is_assertion(node)
        case "call_function":
            return (
                _has_target_effects(node.target)
                or _writes_out(node)
                or _updates_statistics(node)
                or _uses_object(node, values)
            )
        case _:
            return False


def _has_method_effects(node: Node, values: Mapping[str, str]) -> bool:
    if node.target in _PURE_METHODS:
        return _uses_object(node, values)
    receiver = next(iter(list_refs(node.args)), "")
    on_tensor = re.match(r"\w+\[", values.get(receiver, "")) is not None
    known = on_tensor and node.target not in _IMPURE_METHODS
    return not known or bool(_IN_PLACE.search(node.target)) or bool(_RANDOM.search(node.target))


@lru_cache(maxsize=4096)
def _has_target_effects(target: str) -> bool:
    packet = target.removeprefix("torch.ops.").split(".")
    name = ".".join(packet[:2]) if target.startswith("torch.ops.") else target
    return bool(
        _RANDOM.search(target.removesuffix(".default"))
        or _MODE.search(target)
        or _COLLECTIVE.search(target)
        or _IN_PLACE.search(name)
        or _OUTSIDE.fullmatch(target)
        or not _is_known(target)
    )


def _writes_out(node: Node) -> bool:
    return isinstance(node.kwargs, Group) and "out" in node.kwargs.keys


def _updates_statistics(node: Node) -> bool:
    """Whether a node normalises by batches, and is not known to leave the running statistics alone."""
    packet = node.target.removeprefix("torch.ops.").removesuffix(".default")
    if not _NORMALISATION.search(packet) or not isinstance(node.kwargs, Group):
        return False
    named = dict(zip(node.kwargs.keys, node.kwargs.items, strict=True))
    items = node.args.items if isinstance(node.args, Group) else ()
    told = named.get("training", named.get("use_input_stats"))
    return (told or (items[_TRAINING] if len(items) > _TRAINING else None)) != Literal("False")


def _uses_object(node: Node, values: Mapping[str, str]) -> bool:
    """Script objects hold state that any call may change, and so may a graph passed to an operator."""
    if is_projection(node):
        return False
    return any(values.get(name, "").startswith(("script object", EFFECTFUL_GRAPH)) for name in node.inputs)


def _is_known(target: str) -> bool:
    if target.startswith("torch.ops."):
        space, _, name = target.removeprefix("torch.ops.").partition(".")
        if space == "higher_order":
            return name in _PURE_HIGHER_ORDER
        return space in _KNOWN_SPACES and not name.startswith(("_sink_tokens", "_make_token"))
    return bool(_ASSERTION.search(target)) or bool(_PURE_FUNCTION_SPACES.fullmatch(target))


class ValueKind(enum.Enum):
    """What a node's value is, without its sizes, in words."""

    SCRIPT_OBJECT = "a script object"
    SYMBOL = "a symbolic number"
    TOKEN = "an effect token"
    TENSOR = "a tensor"
    UNKNOWN = ""


# An effect token is `torch.tensor([])`, in 2.5 of truth values: torch/_higher_order_ops/effects.py,
# new_token_tensor.
_TOKEN = re.compile(r"(?:float\d+|bool)\[0\](?: stride \(1\))? cpu")


def classify_value(value: str) -> ValueKind:
    """Say what a value is; only a whole value that reads as an effect token does is one."""
    if value.startswith("script object"):
        return ValueKind.SCRIPT_OBJECT
    if value.startswith("Sym("):
        return ValueKind.SYMBOL
    if _TOKEN.fullmatch(value):
        return ValueKind.TOKEN
    return ValueKind.TENSOR if "[" in value else ValueKind.UNKNOWN
