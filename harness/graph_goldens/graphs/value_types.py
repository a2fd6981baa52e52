"""The dtypes of a graph's nodes, read from what its record says of their values."""

import re

# `%x : float32[2, 3] cpu`, as docs/golden-format.md tells it.
_TENSOR = re.compile(r"%(\S+) : ([a-z]\w*)\[")


def read_types(values: str) -> dict[str, str]:
    """Read the dtype of each node whose value is a tensor, by the node's name, from a `values` artifact."""
    return {match[1]: match[2] for match in map(_TENSOR.match, values.splitlines()) if match}
