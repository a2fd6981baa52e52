"""What newer rules write in other words, and no capture is needed for.

Each function changes nothing of a record that the rules of now wrote.
"""

from collections.abc import Callable
from dataclasses import replace

from graph_goldens.graphs.contiguous_strides import drop_contiguous_strides
from graph_goldens.graphs.module_chains import tell_modules_once
from graph_goldens.records import Artifact, Record


def leave_out_strides(record: Record) -> Record:
    """Leave out the strides of contiguous values and constants."""
    return _change_texts(record, (".values", ".constants"), drop_contiguous_strides)


def shorten_modules(record: Record) -> Record:
    """Tell each chain of modules in full once for each graph."""
    return _change_texts(record, (".provenance",), tell_modules_once)


def spell_as_now(record: Record) -> Record:
    """Write a record of any rules in the words of now."""
    return shorten_modules(leave_out_strides(record))


def _change_texts(record: Record, suffixes: tuple[str, ...], change: Callable[[str], str]) -> Record:
    artifacts = tuple(
        Artifact(each.name, change(each.text)) if each.name.endswith(suffixes) else each
        for each in record.artifacts
    )
    return replace(record, artifacts=artifacts)
