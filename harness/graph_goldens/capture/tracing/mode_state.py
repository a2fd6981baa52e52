"""The modes of the process that a graph's nodes may set: told apart by name, and put back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

_DEVICES = ("cpu", "cuda")

ENTERED = {
    "_enter_inference_mode": "inference",
    "_exit_inference_mode": "inference",
    "_enter_autocast": "autocast",
    "_exit_autocast": "autocast",
    "_set_grad_enabled": "grad",
    "_enter_dual_level": "functorch",
    "_exit_dual_level": "functorch",
}
"""Functions that set a mode, whatever it was, and which: torch/fx/node.py, _side_effectful_functions."""


def read_modes() -> Mapping[str, Any]:
    """Read the modes that nodes may set, by name."""
    return {
        "grad": torch.is_grad_enabled(),
        "inference": torch.is_inference_mode_enabled(),
        "autocast": _read_autocast(),
        "functorch": _read_functorch_depth(),
        "dtype": torch.get_default_dtype(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
    }


def _read_autocast() -> tuple[Any, ...]:
    enabled = tuple(torch.is_autocast_enabled(device) for device in _DEVICES)
    return enabled, tuple(torch.get_autocast_dtype(device) for device in _DEVICES)


def _read_functorch_depth() -> int:
    return len(torch._C._functorch.get_interpreter_stack() or ())


def find_changed_modes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the modes that are other than before."""
    return tuple(name for name, value in before.items() if after[name] != value)


@contextmanager
def keep_modes() -> Iterator[None]:
    """Run what may set modes and seeds without any mode that is entered, and put all back in the end."""
    with _disable_current_modes():
        state, modes = torch.get_rng_state(), read_modes()
        try:
            yield
        finally:
            while _read_functorch_depth() > modes["functorch"]:
                torch._C._functorch.pop_dynamic_layer_stack()
            torch.set_default_dtype(modes["dtype"])
            torch.set_grad_enabled(modes["grad"])
            if torch.are_deterministic_algorithms_enabled() != modes["deterministic"]:
                torch.use_deterministic_algorithms(modes["deterministic"])
            torch.set_rng_state(state)


class EnteredGuards:
    """The guards that nodes entered and have not left."""

    def __init__(self) -> None:
        self._guards: list[tuple[Any, Any]] = []

    def follow(self, target: Any, taken: Sequence[Any], result: Any) -> None:
        """Note what a node entered, or left.

        Args:
            target: what it called.
            taken: what it was given, by position and by keyword.
            result: what it gave.
        """
        name = getattr(target, "__name__", "")
        if name.startswith("_enter_") and name in ENTERED:
            self._guards.append((result, _EXITS[name]))
        elif name.startswith("_exit_") and taken:
            self._guards = [guard for guard in self._guards if guard[0] is not taken[0]]

    def leave(self) -> None:
        """Leave what the graph did not."""
        for guard, leave in reversed(self._guards):
            leave(guard)
        self._guards.clear()


_EXITS = {
    "_enter_autocast": torch.amp.autocast_mode._exit_autocast,
    "_enter_inference_mode": torch.autograd.grad_mode._exit_inference_mode,
    "_enter_dual_level": lambda level: torch.autograd.forward_ad.exit_dual_level(level=level),
}
