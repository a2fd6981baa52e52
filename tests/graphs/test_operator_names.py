"""How a written name means an operator."""

import pytest

from graph_goldens.graphs.operator_names import means_target

ADD = "torch.ops.aten.add.Tensor"


@pytest.mark.parametrize(
    "name", ["add", "aten.add", "aten.add.Tensor", "add.Tensor", "aten.*", "a*.add*", ADD]
)
def test_the_end_of_a_full_name_means_an_operator_with_or_without_its_overload(name: str) -> None:
    assert means_target(name, ADD)


@pytest.mark.parametrize(
    "name", ["Tensor", "aten", "prims.add", "aten.add.Scalar", "ad", "torch.*", "aten.a"]
)
def test_no_other_name_means_it(name: str) -> None:
    assert not means_target(name, ADD)


@pytest.mark.parametrize("name", ["add", "aten.add", "aten.add.Tensor", "add.Tensor"])
def test_operators_of_executorchs_dialects_are_meant_likewise(name: str) -> None:
    assert means_target(name, "executorch.exir.dialects.edge._ops.aten.add.Tensor")
    assert not means_target("Tensor", "executorch.exir.dialects.edge._ops.aten.add.Tensor")


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("call_torchbind", "torch.ops.higher_order.call_torchbind"),
        ("aten.add", "torch.ops.aten.add"),
        ("getitem", "operator.getitem"),
        ("conv1", "layer1.0.conv1"),
        ("relu", "relu"),
    ],
)
def test_packets_functions_methods_and_modules_are_meant_by_the_end_of_their_names(
    name: str, target: str
) -> None:
    assert means_target(name, target)
