"""What PyTorch does not say of its operators' effects where they are dispatched, each with its source."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch._higher_order_ops import effects
from torch._ops import OpOverload

UNDECLARED_WRITES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    dict.fromkeys(
        (
            "aten::native_batch_norm",  # batch_norm_cpu_update_stats_template, ATen/native/Normalization.cpp
            "aten::_batch_norm_impl_index",  # calls one of these three, same file
            "aten::cudnn_batch_norm",  # ATen/native/cudnn/BatchNorm.cpp
            "aten::miopen_batch_norm",  # ATen/native/miopen/BatchNorm_miopen.cpp
            "aten::batch_norm_update_stats",  # ATen/native/Normalization.cpp, cuda/Normalization.cu
            "aten::batch_norm_gather_stats",  # ATen/native/cuda/Normalization.cu
            "aten::batch_norm_gather_stats_with_counts",  # same file
        ),
        ("running_mean", "running_var"),
    )
)
"""Arguments that an operator writes though its schema in native_functions.yaml has no `!` there."""

_TRAINING = ("training", "train")  # the argument's name in batch_norm, and in dropout and rnn operators

BUILT_IN = frozenset(
    {
        "aten",
        "prims",
        "prim",
        "inductor",
        "inductor_prims",
        "rngprims",
        "mkldnn",
        "mkl",
        "onednn",
        "quantized",
        "quantized_decomposed",
        "_c10d_functional",
        "_c10d_functional_autograd",
        "c10d_functional",
        "c10d",
        "_quantized",
    }
)
"""Namespaces of PyTorch's own operators, which may be run once more; a project's may count their calls.

As they are registered in torchgen's native_functions.yaml, torch/_prims/__init__.py,
torch/_inductor/inductor_prims.py, torch/_prims/rng_prims.py, torch/ao/quantization/fx/_decomposed.py,
torch/distributed/_functional_collectives.py, and in C++ (mkldnn, mkl, onednn, quantized, c10d).
"""

_ASSERTIONS = frozenset(
    {
        "_assert",  # torch/__init__.py
        "_check",
        "_check_is_size",
        "_assert_async",  # these and what follows: torch/fx/node.py, _side_effectful_functions
        "_assert_scalar",
        "_assert_tensor_metadata",
        "_functional_assert_async",
        "_functional_assert_scalar",
        "sym_constrain_range",
        "sym_constrain_range_for_size",
        "_functional_sym_constrain_range",
        "_functional_sym_constrain_range_for_size",
    }
)

PURE = frozenset(
    {
        "auto_functionalized",  # clones what it writes: torch/_higher_order_ops/auto_functionalize.py
        "auto_functionalized_v2",
        "out_dtype",  # runs a functional operator, refuses others: torch/_higher_order_ops/out_dtype.py
        "triton_kernel_wrapper_functional",  # clones, too: torch/_higher_order_ops/triton_kernel_wrap.py
        "run_with_rng_state",  # puts the state back: torch/_prims/rng_prims.py
    }
)
"""Higher-order operators without bodies that have no effect."""

ACTING: Mapping[str, str] = MappingProxyType({"profiler": "profiler", "streams": "streams"})
"""What the operators of a namespace act on that is no value: torch/fx/node.py, _side_effectful_functions."""

DRAWING = frozenset({"run_and_save_rng_state"})  # torch/_prims/rng_prims.py


def find_undeclared_writes(operator: OpOverload, arguments: Mapping[str, Any]) -> list[Any]:
    """Find the arguments of a call that it writes without saying so; only training does."""
    names = UNDECLARED_WRITES.get(operator._schema.name, ())
    if not all(arguments.get(name, True) for name in _TRAINING):
        return []
    return [arguments[name] for name in names if arguments.get(name) is not None]


def does_draw(operator: OpOverload, arguments: Mapping[str, Any]) -> bool:
    """Whether a call draws random numbers: its tag says that it may, some arguments that it does not.

    `_fused_sdp_choice` has the tag and only chooses a kernel: ATen/native/transformers/attention.cpp.
    """
    if torch.Tag.nondeterministic_seeded not in operator.tags:
        return False
    if operator._schema.name == "aten::_fused_sdp_choice" or arguments.get("dropout_p") == 0.0:
        return False
    return all(arguments.get(name) is not False for name in _TRAINING)


def does_assert(target: Any) -> bool:
    """Whether a function or operator only raises where a condition does not hold."""
    return find_plain_name(target) in _ASSERTIONS


def does_keep_order(operator: Any) -> bool:
    """Whether PyTorch keeps the order of calls: one function knows since 2.10, before that it was a table.

    `_get_effect`, and before it `SIDE_EFFECTS`, of torch/_higher_order_ops/effects.py.
    """
    if hasattr(effects, "_get_effect"):
        return effects._get_effect(operator) is not None
    return operator in getattr(effects, "SIDE_EFFECTS", ())


def find_plain_name(target: Any) -> str:
    """The name of a function or of an operator, without namespace and overload."""
    if isinstance(target, OpOverload):
        return target._schema.name.partition("::")[2]
    return str(getattr(target, "__name__", target))


def find_namespace(operator: OpOverload) -> str:
    """The namespace that an operator was registered in."""
    return operator._schema.name.partition("::")[0]


def name_arguments(operator: OpOverload, args: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call by their names in the schema, defaults included."""
    schema = operator._schema.arguments
    defaults = {each.name: each.default_value for each in schema if each.has_default_value()}
    return {**defaults, **dict(zip((each.name for each in schema), args, strict=False)), **kwargs}
