import torch
from torch import nn

from graph_goldens import Case, Claim, Contains, Delegated, Fact, Raises, case

PATHS = ("edge", "lowered")
EDGE = ("edge",)
LOWERED = ("lowered",)
TO = "delegate_*"


def make_case(
    program: nn.Module, *shape: int, claims: tuple[Claim, ...], dynamic_shapes: object = None
) -> Case:
    """Make a case of a module in evaluation, on numbers between -1 and 1."""
    numbers = torch.linspace(-1, 1, torch.Size(shape).numel()).reshape(shape)
    return Case(program.eval(), args=(numbers,), dynamic_shapes=dynamic_shapes, paths=PATHS, claims=claims)


@case
def conv_bn_relu() -> Case:
    """Everything goes to XNNPACK as one, batch norm too, which it folds itself."""
    program = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    whole = (Delegated("aten.convolution", to=TO, paths=LOWERED), Fact("left", {}, paths=LOWERED))
    return make_case(program, 1, 3, 8, 8, claims=whole)


@case
def linear_activation() -> Case:
    """In the edge dialect a layer is a product; XNNPACK is given it as a layer."""
    program = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4), nn.GELU())
    product = Contains("aten.addmm -> aten.relu", paths=EDGE)
    layer = Contains("aten.linear -> aten.relu", graph="delegate_0", paths=LOWERED)
    return make_case(program, 2, 4, claims=(product, layer, Fact("delegated", 4, paths=LOWERED)))


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
    """Products and softmax are delegated; what guards against rows that are masked whole is left."""
    softmax = Delegated("aten._softmax", to=TO, paths=LOWERED)
    guard = Contains("aten.eq -> aten.logical_not -> aten.any", graph="lowered", paths=LOWERED)
    return make_case(AttentionBlock(), 1, 5, 8, claims=(softmax, guard))


@case
def dynamic_batch() -> Case:
    """The delegate takes a batch of any size."""
    batch = torch.export.Dim("batch", min=2, max=64)
    program = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    whole = Fact("left", {}, paths=LOWERED)
    return make_case(program, 3, 4, claims=(whole,), dynamic_shapes=({0: batch},))


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
    """The sum stays with its convolution: one delegate takes the input, once."""
    summed = Contains("aten.convolution -> aten.add -> aten.relu", graph="delegate_0", paths=LOWERED)
    return make_case(Residual(), 1, 3, 4, 4, claims=(summed,))


class Between(nn.Module):
    """An operator between two layers."""

    def __init__(self, operator: object) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.operator = operator
        self.last = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply the operator to what the first layer gives."""
        return self.last(self.operator(self.first(x)))


@case
def unknown_to_the_backend() -> Case:
    """What XNNPACK does not know stays with ExecuTorch's own kernels, and parts the rest in two."""
    parted = (Fact("delegates", 2, paths=LOWERED), Fact("left", {"aten.cumsum.default": 1}, paths=LOWERED))
    return make_case(Between(lambda x: x.cumsum(1)), 2, 4, claims=parted)


@case
def outside_core_aten() -> Case:
    """What is no operator of core ATen is refused before any backend is asked."""
    refused = Raises("SpecViolationError", "bessel_j0.default is not in Core ATen opset")
    return make_case(Between(torch.special.bessel_j0), 2, 4, claims=(refused,))
