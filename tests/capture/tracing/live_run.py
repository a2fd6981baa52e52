"""Run a captured graph on real tensors, and see what each node really does besides giving a value.

It looks at bytes of storages and versions of tensors before and after each node, at the state of the random
generator, of script objects and of the modes, and takes nothing from how the harness finds effects.
"""

import operator
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

import torch
from torch._library.fake_class_registry import FakeScriptObject
from torch.export.graph_signature import CustomObjArgument
from torch.fx import GraphModule, Node
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import _disable_current_modes

from graph_goldens.capture.replay.case_objects import Objects
from graph_goldens.capture.tracing.fresh_values import make_plain_number
from graph_goldens.capture.tracing.graph_text import describe


class NotRunnableError(Exception):
    """The graph cannot be run on real tensors."""


@dataclass
class Seen:
    """What a node was seen to do; owners of storages and objects by name.

    Attributes:
        writes: storages whose bytes, or the versions of whose tensors, changed.
        shares: storages of others that its value lies in.
        acts: script objects whose state changed.
        draws: whether the CPU's generator moved on.
        sets: modes that changed.
    """

    writes: set[str] = field(default_factory=set)
    shares: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    draws: bool = False
    sets: set[str] = field(default_factory=set)


class LiveRun:
    """A run of one graph on real tensors.

    Attributes:
        seen: what each node was seen to do, by name.
    """

    def __init__(
        self, graph_module: GraphModule, inputs: Mapping[str, Any], objects: Objects = MappingProxyType({})
    ) -> None:
        self.seen: dict[str, Seen] = {}
        self._module = graph_module
        self._inputs = inputs
        self._built = objects
        self._taken: Counter[str] = Counter()
        self._values: dict[str, Any] = {}
        self._storages: dict[int, tuple[str, Any]] = {}
        self._sources: dict[int, str] = {}
        self._tensors: dict[int, torch.Tensor] = {}
        self._objects: dict[int, tuple[str, Any]] = {}

    def run(self) -> None:
        """Run the graph.

        Raises:
            NotRunnableError: an input cannot be made, or a node raises.
        """
        with leave_tracing():
            taken = {str(node.target) for node in self._module.graph.nodes if node.op == "get_attr"}
            for name, tensor in _list_module_tensors(self._module):
                known = type(tensor) in (torch.Tensor, torch.nn.Parameter) and tensor.device.type == "cpu"
                if known and name not in taken:  # what a node takes is the node's
                    self._own(tensor.detach(), f"self.{name}")
            for node in self._module.graph.nodes:
                if node.op in ("placeholder", "get_attr"):
                    self._set(node, self._take(node))
                elif node.op != "output":
                    self._step(node)

    def _step(self, node: Node) -> None:
        args, kwargs = torch.fx.node.map_arg(
            (node.args, dict(node.kwargs)), lambda other: self._values[other.name]
        )
        before = self._look()
        try:
            value = self._find_callable(node, args)(
                *(args[1:] if node.op == "call_method" else args), **kwargs
            )
        except Exception as error:
            raise NotRunnableError(f"{node.target}: {type(error).__name__}: {str(error)[:60]}") from None
        seen = self._compare(before, self._look())
        if not _is_item_of_several(node, args):  # such a node is that item, and has no line
            seen.shares = {self._storages[key][0] for key in _list_storages(value) if key in self._storages}
        self.seen[node.name] = seen
        self._set(node, value)

    def _find_callable(self, node: Node, args: Any) -> Callable[..., Any]:
        found: Any = node.target
        if node.op == "call_method":
            found = getattr(args[0], str(node.target))
        elif node.op == "call_module":
            found = self._module.get_submodule(str(node.target))
        return cast("Callable[..., Any]", found)

    def _take(self, node: Node) -> Any:
        if node.op == "get_attr":
            value: Any = self._module
            for name in str(node.target).split("."):
                value = getattr(value, name)
            return value if isinstance(value, GraphModule) else self._make_real(value, f"%{node.name}")
        for key in ("val", "example_value"):
            if key in node.meta:
                return self._make_real(node.meta[key], f"%{node.name}")
        if str(node.target) in self._inputs:
            return self._make_real(self._inputs[str(node.target)], f"%{node.name}")
        if node.args:
            return node.args[0]
        raise NotRunnableError("an input without a value")

    def _make_real(self, value: Any, owner: str) -> Any:
        return pytree.tree_map(lambda leaf: self._make_real_leaf(leaf, owner), value)

    def _make_real_leaf(self, leaf: Any, owner: str) -> Any:
        if isinstance(leaf, torch.Tensor):
            return self._make_real_tensor(leaf, owner)
        if isinstance(leaf, FakeScriptObject | torch.ScriptObject | CustomObjArgument):
            return self._choose_object(describe(leaf).removeprefix("script object "))
        if leaf is None or isinstance(leaf, bool | int | float | complex | str | torch.dtype | torch.device):
            return leaf
        try:
            return make_plain_number(leaf)
        except Exception:
            raise NotRunnableError("a number that is not known") from None

    def _choose_object(self, name: str) -> Any:
        known, place = self._built.get(name, ()), self._taken[name]
        if not known:
            raise NotRunnableError("a script object that the case does not build")
        self._taken[name] += 1
        return known[min(place, len(known) - 1)]

    def _make_real_tensor(self, tensor: torch.Tensor, owner: str) -> torch.Tensor:
        """Make a tensor of random values like another, in the storage of an earlier one where those share."""
        try:
            source = tensor.untyped_storage()._cdata
            sizes = [make_plain_number(size) for size in tensor.shape]
            strides = [make_plain_number(stride) for stride in tensor.stride()]
            offset = make_plain_number(tensor.storage_offset())
            length = int(make_plain_number(tensor.untyped_storage().nbytes())) // tensor.element_size()
        except Exception:
            raise NotRunnableError(f"a tensor of {tensor.layout}") from None
        if type(tensor) in (torch.Tensor, torch.nn.Parameter) and tensor.device.type == "cpu":
            return tensor.detach()  # what the graph holds itself
        known = self._sources.get(source)
        if known is not None:
            return (
                self._values[known]
                .new_empty(0)
                .set_(self._values[known].untyped_storage(), offset, sizes, strides)
            )
        self._sources[source] = owner[1:]
        needed = 1 + offset + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
        return _draw(max(length, needed, 1), tensor.dtype).as_strided(sizes, strides, offset)

    def _set(self, node: Node, value: Any) -> None:
        self._values[node.name] = value
        several = isinstance(value, tuple | list)
        for number, item in enumerate(value if several else (value,)):
            name = f"%{node.name}[{number}]" if several else f"%{node.name}"
            for leaf in pytree.tree_leaves(item):
                if isinstance(leaf, torch.Tensor):
                    self._own(leaf, name)
                elif isinstance(leaf, torch.ScriptObject):
                    self._objects.setdefault(id(leaf), (f"%{node.name}", leaf))

    def _own(self, tensor: torch.Tensor, owner: str) -> None:
        for key in _list_storages(tensor):
            self._tensors[id(tensor)] = tensor
            self._storages.setdefault(key, (owner, tensor.untyped_storage()))

    def _look(self) -> dict[str, Any]:
        return {
            "bytes": {key: bytes(storage) for key, (_, storage) in self._storages.items()},
            "versions": {key: _read_version(tensor) for key, tensor in self._tensors.items()},
            "places": {key: list(_list_storages(tensor)) for key, tensor in self._tensors.items()},
            "objects": {key: _read_state(thing) for key, (_, thing) in self._objects.items()},
            "random": torch.get_rng_state(),
            "modes": _read_modes(),
        }

    def _compare(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Seen:
        written = {key for key, data in before["bytes"].items() if after["bytes"][key] != data}
        for key, version in before["versions"].items():
            if after["versions"][key] != version:
                written.update(before["places"][key])
        return Seen(
            writes={self._storages[key][0] for key in written if key in self._storages},
            acts={
                self._objects[key][0]
                for key, state in before["objects"].items()
                if after["objects"][key] != state
            },
            draws=not torch.equal(before["random"], after["random"]),
            sets={name for name, value in before["modes"].items() if after["modes"][name] != value},
        )


@contextmanager
def leave_tracing() -> Iterator[None]:
    """Run outside of what traces, and put back the modes and the random numbers of before."""
    with _disable_current_modes(), torch._C._DisableFuncTorch():
        state, grad, dtype = torch.get_rng_state(), torch.is_grad_enabled(), torch.get_default_dtype()
        random_state = random.getstate()
        try:
            with torch.no_grad():
                yield
        finally:
            torch.set_rng_state(state)
            random.setstate(random_state)
            torch.set_grad_enabled(grad)
            torch.set_default_dtype(dtype)
            torch.clear_autocast_cache()


def _is_item_of_several(node: Node, args: Any) -> bool:
    return node.target is operator.getitem and not isinstance(args[0], torch.Tensor)


def _draw(length: int, dtype: torch.dtype) -> torch.Tensor:
    generator = torch.Generator().manual_seed(length)
    if dtype is torch.bool:
        return torch.randint(0, 2, (length,), generator=generator).bool()
    if dtype.is_floating_point or dtype.is_complex:
        wide = torch.complex128 if dtype.is_complex else torch.float64
        return torch.randn((length,), generator=generator, dtype=wide).to(dtype)
    return torch.randint(0, 2, (length,), generator=generator).to(dtype)


def _list_storages(value: Any) -> Iterator[int]:
    for leaf in pytree.tree_leaves(value):
        if isinstance(leaf, torch.Tensor) and leaf.device.type == "cpu":
            try:
                yield _leave_functorch(leaf).untyped_storage()._cdata
            except (NotImplementedError, RuntimeError):
                continue


def _leave_functorch(tensor: torch.Tensor) -> torch.Tensor:
    """What a tensor of `torch.func` stands for; up to 2.5 its own storage is one of its own, and empty."""
    while torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        tensor = torch._C._functorch.get_unwrapped(tensor)
    return tensor


def _read_version(tensor: torch.Tensor) -> int:
    return 0 if tensor.is_inference() else tensor._version


def _read_state(thing: Any) -> str:
    for name in ("__obj_flatten__", "__getstate__"):
        if hasattr(thing, name):
            try:
                return str(getattr(thing, name)())
            except Exception:
                return ""
    return ""


def _read_modes() -> dict[str, Any]:
    return {
        "grad": torch.is_grad_enabled(),
        "inference": torch.is_inference_mode_enabled(),
        "autocast": torch.is_autocast_enabled("cpu"),
        "dtype": torch.get_default_dtype(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
    }


def _list_module_tensors(module: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    yield from module.named_parameters(remove_duplicate=False)
    yield from module.named_buffers(remove_duplicate=False)
    for prefix, each in module.named_modules():
        for name, value in vars(each).items():
            if isinstance(value, torch.Tensor):
                yield f"{prefix}.{name}" if prefix else name, value
