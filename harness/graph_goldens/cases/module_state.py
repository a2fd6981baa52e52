"""What case modules hold, restored so that one capture does not see what another one left there."""

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable
from typing import Any

from graph_goldens.cases.discovery import ROOT

_SEQUENCES = (list, deque, bytearray)
_CONTAINERS = (*_SEQUENCES, set, dict, Counter, OrderedDict, defaultdict)


class ModuleState:
    """What modules of the folder of packs hold: their names, and the content of Python's own containers.

    It is recorded at construction. What other objects hold, or a module did elsewhere, is not known.
    """

    def __init__(self) -> None:
        self._names = [(names, dict(names)) for names in _collect_names()]
        self._held: dict[int, tuple[Any, Any]] = {}
        for _, names in self._names:
            self._take(value for name, value in names.items() if not name.startswith("__"))

    def put_back(self) -> None:
        """Restore every name and container to what it held: the same objects, in the same order."""
        for names, held in self._names:
            for name in names.keys() - held.keys():
                del names[name]
            names.update(held)
        for container, held in self._held.values():
            container.clear()
            (container.extend if isinstance(container, _SEQUENCES) else container.update)(held)

    def _take(self, values: Iterable[Any]) -> None:
        waiting = list(values)
        while waiting:
            value = waiting.pop()
            if type(value) in _CONTAINERS and id(value) not in self._held:
                self._held[id(value)] = value, value.copy()
                waiting.extend(value.values() if isinstance(value, dict) else value)


def _collect_names() -> list[dict[str, Any]]:
    return [vars(module) for name, module in sys.modules.items() if name.startswith(f"{ROOT}.")]
