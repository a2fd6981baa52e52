import torch
from small_backend.operators import shifted_gelu
from torch import nn

from graph_goldens import Case, Fact, case

PATHS = ("export", "fused", "small-backend")


def make_case(program: nn.Module, *args: torch.Tensor, fused: int, dynamic_shapes: object = None) -> Case:
    """Make a case of a module in evaluation, which says how many pairs of operators are fused."""
    return Case(
        program.eval(),
        args=args,
        dynamic_shapes=dynamic_shapes,
        paths=PATHS,
        claims=(Fact("fused", fused, paths=("fused",)), Fact("same_as_eager", True)),
    )


@case
def conv_bn_relu() -> Case:
    """The block that vision models are made of: the convolution stays, norm and ReLU are fused."""
    program = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    return make_case(program, torch.ones(1, 3, 8, 8), fused=1)


@case
def linear_activation() -> Case:
    """Two layers: ReLU is fused with the one before it, GELU is not."""
    program = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4), nn.GELU())
    return make_case(program, torch.ones(2, 4), fused=1)


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
        return x + torch.relu(self.given(attended))


@case
def attention_block() -> Case:
    """Attention is one operator, which the backend knows; `chunk` is PyTorch's."""
    return make_case(AttentionBlock(), torch.ones(1, 5, 8), fused=1)


@case
def dynamic_batch() -> Case:
    """A batch of any size goes through the same fused graph."""
    batch = torch.export.Dim("batch", min=2, max=64)
    program = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    return make_case(program, torch.ones(3, 4), fused=1, dynamic_shapes=({0: batch},))


class Residual(nn.Module):
    """A layer whose result is used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the layer's result before and after ReLU."""
        hidden = self.layer(x)
        return torch.relu(hidden) + hidden


@case
def residual() -> Case:
    """What else uses the layer's result keeps it from being fused."""
    return make_case(Residual(), torch.ones(2, 4), fused=0)


class Unknown(nn.Module):
    """An operator that the backend does not know, between two that it does."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Take a Bessel function of what the layer gives."""
        return torch.special.bessel_j0(torch.relu(self.layer(x)))


@case
def unknown_operator() -> Case:
    """What the backend does not know is left to PyTorch, and named."""
    return make_case(Unknown(), torch.ones(2, 4), fused=1)


class OwnOperator(nn.Module):
    """The backend's own operator, called by its users."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Shift and activate."""
        return shifted_gelu(x, 0.5)


@case
def own_operator() -> Case:
    """An operator written in Python stays one call by every path."""
    return make_case(OwnOperator(), torch.ones(2, 4), fused=0)
