import torch
from torch import nn

from graph_goldens import Case, Claim, Fact, Raises, case

PATHS = ("onnx",)


def make_case(
    program: nn.Module, *shape: int, claims: tuple[Claim, ...], dynamic_shapes: object = None
) -> Case:
    """Make a case of a module in evaluation, on numbers between -1 and 1."""
    numbers = torch.linspace(-1, 1, torch.Size(shape).numel()).reshape(shape)
    return Case(program.eval(), args=(numbers,), dynamic_shapes=dynamic_shapes, paths=PATHS, claims=claims)


@case
def conv_bn_relu() -> Case:
    """Batch norm is folded into the convolution's weights."""
    program = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    return make_case(program, 1, 3, 8, 8, claims=(Fact("operators", {"Conv": 1, "Relu": 1}),))


@case
def linear_activation() -> Case:
    """A layer is one Gemm, and GELU is an operator since opset 20."""
    program = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4), nn.GELU())
    return make_case(program, 2, 4, claims=(Fact("operators", {"Gelu": 1, "Gemm": 2, "Relu": 1}),))


class AttentionBlock(nn.Module):
    """Attention over one head, and a layer behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = nn.Linear(8, 24)
        self.given = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Attend, and add."""
        query, key, value = self.taken(x).unsqueeze(1).chunk(3, dim=-1)
        attended = nn.functional.scaled_dot_product_attention(query, key, value)
        return x + self.given(attended.squeeze(1))


@case
def attention_block() -> Case:
    """Attention becomes products and a softmax."""
    return make_case(AttentionBlock(), 1, 5, 8, claims=(Fact("opsets", {"ai.onnx": 20}),))


@case
def dynamic_batch() -> Case:
    """The batch is a symbol of the ONNX model."""
    batch = torch.export.Dim("batch", min=2, max=64)
    program = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    return make_case(
        program, 3, 4, claims=(Fact("operators", {"Gemm": 1, "Relu": 1}),), dynamic_shapes=({0: batch},)
    )


class Residual(nn.Module):
    """A convolution around which its input goes too."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add what comes in to what the layer makes of it."""
        return torch.relu(self.layer(x) + x)


@case
def residual() -> Case:
    """The input is used twice."""
    return make_case(Residual(), 1, 3, 4, 4, claims=(Fact("operators", {"Add": 1, "Conv": 1, "Relu": 1}),))


class Unknown(nn.Module):
    """An operator for which the exporter has no translation, behind one that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Take a Bessel function of what the layer gives."""
        return torch.special.bessel_j0(self.layer(x))


@case
def unknown_operator() -> Case:
    """An operator that cannot be translated is an error, whose message is part of the golden."""
    return make_case(Unknown(), 2, 4, claims=(Raises("RuntimeError", "No ONNX function found"),))
