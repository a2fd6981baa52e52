"""The dtypes of nodes, read from what a record says of their values."""

from graph_goldens.graphs.value_types import read_types


def test_tensors_have_a_dtype_and_what_is_no_tensor_has_none() -> None:
    values = "%x : float32[2, s0] stride (3, 1) cpu\n%q : script object a.B\n%n : None\n%i : int64[] cpu"
    assert read_types(values) == {"x": "float32", "i": "int64"}
