"""Convolutions of every kind, and the blocks that networks build of them."""

from collections.abc import Callable

import torch
from torch import nn

from graph_goldens import Case, Contains, Count, Fact, case

Activation = Callable[[torch.Tensor], torch.Tensor]
DECOMPOSED = ("export-decomposed",)
CONVOLUTION = (
    Contains("aten.convolution", paths=DECOMPOSED),
    Fact("same_as_eager", True, paths=("export*",)),
)


def _image(channels: int = 4, size: int = 6) -> torch.Tensor:
    return torch.randn(2, channels, size, size)


def _conv_norm_relu() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(4, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU())


@case
def conv_norm_relu() -> Case:
    """Convolution, batch norm and ReLU in evaluation: what quantisers look for first (pytorch#134157)."""
    claims = (
        Contains(
            "aten.conv2d -> aten.batch_norm -> aten.relu", paths=("export-pre-dispatch",), torch=">=2.6"
        ),
        *CONVOLUTION,
    )
    return Case(_conv_norm_relu().eval(), args=(_image(),), claims=claims)


@case
def conv_norm_relu_in_training() -> Case:
    """The same block in training: statistics are written, and the ReLU is in place."""
    block = nn.Sequential(nn.Conv2d(4, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU(inplace=True))
    return Case(block.train(), args=(_image(),))


class Residual(nn.Module):
    """Two convolutions and a shortcut of one by one, which also goes down by two."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(4, 6, 3, stride=2, padding=1), nn.BatchNorm2d(6), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(6, 6, 3, padding=1), nn.BatchNorm2d(6))
        self.shortcut = nn.Sequential(nn.Conv2d(4, 6, 1, stride=2), nn.BatchNorm2d(6))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.second(self.first(x))
        out += self.shortcut(x)
        return torch.relu(out)


@case
def residual_block() -> Case:
    """A residual block that goes down by two: the sum is in place, and the input is used twice."""
    claims = (Count("aten.convolution", 3, paths=DECOMPOSED), *CONVOLUTION[1:])
    return Case(Residual().eval(), args=(_image(),), claims=claims)


class InvertedResidual(nn.Module):
    """Channels are made more, filtered each by itself, and made few again."""

    def __init__(self) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(4, 8, 1, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU6(),
            nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU6(),
            nn.Conv2d(8, 4, 1, bias=False),
            nn.BatchNorm2d(4),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.block(x)


@case
def inverted_residual() -> Case:
    """Expansion, depthwise convolution and projection, as in MobileNet: one group for each channel."""
    claims = (Contains("aten.convolution(_, _, _, _, _, _, _, _, 8)", paths=DECOMPOSED), *CONVOLUTION)
    return Case(InvertedResidual().eval(), args=(_image(),), claims=claims)


@case
def grouped_and_dilated() -> Case:
    """Two groups, a dilation, and sizes and strides that differ by dimension."""
    layer = nn.Conv2d(4, 6, (3, 1), stride=(1, 2), padding=(2, 0), dilation=(2, 1), groups=2)
    return Case(layer, args=(_image(),), claims=CONVOLUTION)


class GoesUp(nn.Module):
    """A transposed convolution to the size that it gives, and to one that it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.up(x, output_size=[12, 12]), self.up(x)


@case
def transposed() -> Case:
    """A transposed convolution, as it is and told its output's size, for which it pads."""
    return Case(GoesUp(), args=(_image(),), claims=CONVOLUTION)


class OneAndThreeDimensions(nn.Module):
    """A convolution of sequences, with a batch and without, and one of volumes."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.three = nn.Conv1d(3, 4, 3), nn.Conv3d(1, 2, 2)

    def forward(
        self, x: torch.Tensor, volume: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.one(x), self.one(x[0]), self.three(volume)


@case
def one_and_three_dimensions() -> Case:
    """Convolutions over one dimension, without a batch too, and over three."""
    return Case(
        OneAndThreeDimensions(), args=(torch.randn(2, 3, 8), torch.randn(1, 1, 3, 4, 4)), claims=CONVOLUTION
    )


class Pads(nn.Module):
    """Convolutions of one image, each of which pads it in another way."""

    def __init__(self) -> None:
        super().__init__()
        modes = ("reflect", "replicate", "circular")
        others = [nn.Conv2d(4, 2, 3, padding=1, padding_mode=mode) for mode in modes]
        self.layers = nn.ModuleList([nn.Conv2d(4, 2, 2, padding="same"), *others])

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        return [layer(x) for layer in self.layers]


@case
def padding_modes() -> Case:
    """`padding="same"`, and borders that are reflected, repeated and wound around instead of zeros."""
    return Case(Pads(), args=(_image(),), claims=CONVOLUTION)


class ChannelsLast(nn.Module):
    """An image is brought into the block's memory format, and what it becomes back."""

    def __init__(self) -> None:
        super().__init__()
        self.block = _conv_norm_relu().to(memory_format=torch.channels_last)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.block(x.contiguous(memory_format=torch.channels_last)).contiguous()


@case
def channels_last() -> Case:
    """An image whose channels lie next to each other: each value's memory format is part of the graph."""
    return Case(ChannelsLast().eval(), args=(_image(),), claims=CONVOLUTION)


@case
def gradient_of_convolution() -> Case:
    """The backward of a convolution and a pooling by the joint graph, with respect to image and weight."""
    block = nn.Sequential(nn.Conv2d(2, 3, 3), nn.SiLU(), nn.AvgPool2d(2))
    x = torch.randn(1, 2, 6, 6, requires_grad=True)
    claims = (Contains("aten.convolution_backward", paths=("aot-joint",), torch="!=2.5.*"),)
    return Case(block, args=(x,), paths=("aot-joint", "compile-aot-eager", "compile-inductor"), claims=claims)
