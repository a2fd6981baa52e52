import torch
from torch import nn

from graph_goldens import Case, Claim, Contains, Fact, Lacks, case

PATHS = ("annotated", "prepared", "converted")
CONVERTED = ("converted",)


def make_case(
    program: nn.Module, *shape: int, claims: tuple[Claim, ...], dynamic_shapes: object = None
) -> Case:
    """Make a case of a module in evaluation, calibrated on numbers between -1 and 1."""
    numbers = torch.linspace(-1, 1, torch.Size(shape).numel()).reshape(shape)
    return Case(program.eval(), args=(numbers,), dynamic_shapes=dynamic_shapes, paths=PATHS, claims=claims)


@case
def conv_bn_relu() -> Case:
    """Batch norm is folded into the convolution, and ReLU is quantised with it."""
    program = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    folded = (Lacks("aten.batch_norm", paths=CONVERTED), Fact("quantised", 2, paths=CONVERTED))
    return make_case(program, 1, 3, 8, 8, claims=folded)


@case
def linear_activation() -> Case:
    """Two layers: between ReLU's layer and the next stands one pair, and GELU is left in float."""
    program = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4), nn.GELU())
    between = Contains(
        "aten.relu -> quantize_per_tensor -> dequantize_per_tensor -> aten.linear", paths=CONVERTED
    )
    return make_case(program, 2, 4, claims=(between, Fact("quantised", 3, paths=CONVERTED)))


class AttentionBlock(nn.Module):
    """Attention over one head, and a layer behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = nn.Linear(8, 24)
        self.given = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Attend, and add."""
        query, key, value = self.taken(x).chunk(3, dim=-1)
        attended = nn.functional.scaled_dot_product_attention(query, key, value)
        return x + self.given(attended)


@case
def attention_block() -> Case:
    """Layers and the sum are quantised, attention itself is not."""
    left = Contains("aten.scaled_dot_product_attention -> quantize_per_tensor", paths=CONVERTED)
    return make_case(AttentionBlock(), 1, 5, 8, claims=(left,))


@case
def dynamic_batch() -> Case:
    """The quantised module takes a batch of any size."""
    batch = torch.export.Dim("batch", min=2, max=64)
    program = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    counted = Fact("quantised", 2, paths=CONVERTED)
    return make_case(program, 3, 4, claims=(counted,), dynamic_shapes=({0: batch},))


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
    """Sum and ReLU are quantised as one; the input is quantised once for both of its users."""
    summed = Contains("aten.add{dequantize_per_tensor, dequantize_per_tensor} -> aten.relu", paths=CONVERTED)
    return make_case(Residual(), 1, 3, 4, 4, claims=(summed, Fact("quantised", 3, paths=CONVERTED)))


@case
def shared_scale() -> Case:
    """Max pooling makes no new numbers: its input and its result share one scale."""
    program = nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(2))
    shared = Fact("scales", 2, paths=CONVERTED)
    return make_case(program, 1, 3, 8, 8, claims=(shared,))


class Unknown(nn.Module):
    """An operator that the quantiser does not know, between two that it does."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.last = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Take a Bessel function of what the first layer gives."""
        return self.last(torch.special.bessel_j0(self.first(x)))


@case
def unknown_operator() -> Case:
    """What the quantiser does not know takes and gives floats, in the middle of the quantised."""
    in_float = Contains(
        "dequantize_per_tensor -> aten.special_bessel_j0 -> quantize_per_tensor", paths=CONVERTED
    )
    return make_case(Unknown(), 2, 4, claims=(in_float,))
