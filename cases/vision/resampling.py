"""Pooling, interpolation and sampling: what makes images smaller, larger and crooked."""

import torch
from torch import nn
from torch.nn import functional

from graph_goldens import Case, Contains, Fact, case


def _image() -> torch.Tensor:
    return torch.randn(1, 2, 6, 5)


@case
def max_pooling() -> Case:
    """Max pooling with a padding and a dilation, with its indices, and undone by them."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        pooled, indices = functional.max_pool2d(x, 2, return_indices=True)
        undone = functional.max_unpool2d(pooled, indices, 2, output_size=x.shape[-2:])
        return pooled, undone, functional.max_pool2d(x, 3, 1, 1, 2)

    return Case(
        program, args=(_image(),), claims=[Contains("max_pool2d_with_indices", paths=("export-decomposed",))]
    )


@case
def average_pooling() -> Case:
    """Average pooling that rounds up, counts no padding, and divides by a number of its own."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        up = functional.avg_pool2d(x, 2, padding=1, ceil_mode=True, count_include_pad=False)
        return up, functional.avg_pool2d(x, (2, 1), divisor_override=3)

    return Case(program, args=(_image(),), claims=[Fact("same_as_eager", True, paths=("export*",))])


@case
def adaptive_pooling() -> Case:
    """Adaptive pooling to one, which is a mean, and to sizes that divide the image and that do not."""

    def program(x: torch.Tensor) -> list[torch.Tensor]:
        averages = [functional.adaptive_avg_pool2d(x, size) for size in (1, (3, 5), (4, None))]
        return [*averages, functional.adaptive_max_pool2d(x, (3, 2))]

    return Case(program, args=(_image(),))


@case
def interpolate_nearest() -> Case:
    """Nearest and exactly nearest neighbours, up by a factor and down to a size (pytorch#116684)."""

    def program(x: torch.Tensor) -> list[torch.Tensor]:
        up = functional.interpolate(x, scale_factor=2)
        return [up, functional.interpolate(x, size=(3, 4), mode="nearest-exact")]

    return Case(program, args=(_image(),))


@case
def interpolate_bilinear() -> Case:
    """Bilinear interpolation, corners aligned and not: taken apart or not, by version (pytorch#147153)."""

    def program(x: torch.Tensor) -> list[torch.Tensor]:
        aligned = functional.interpolate(x, size=(9, 7), mode="bilinear", align_corners=True)
        return [aligned, functional.interpolate(x, scale_factor=1.5, mode="bilinear")]

    return Case(program, args=(_image(),))


@case
def interpolate_bicubic_and_trilinear() -> Case:
    """Bicubic interpolation of an image, and trilinear of a volume, both to a size of their own."""

    def program(x: torch.Tensor, volume: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        cubic = functional.interpolate(x, size=(4, 4), mode="bicubic")
        return cubic, functional.interpolate(volume, scale_factor=2.0, mode="trilinear")

    return Case(program, args=(_image(), torch.randn(1, 1, 2, 2, 2)))


@case
def interpolate_against_aliasing() -> Case:
    """Bilinear interpolation down with a filter against aliasing, and by areas (pytorch#116706)."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        smooth = functional.interpolate(x, size=(3, 3), mode="bilinear", antialias=True)
        return smooth, functional.interpolate(x, size=(3, 3), mode="area")

    return Case(program, args=(_image(),))


@case
def grid_sample() -> Case:
    """An image sampled along an affine grid, as spatial transformers do."""

    def program(x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        grid = functional.affine_grid(theta, [1, 2, 4, 4], align_corners=False)
        return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)

    theta = torch.tensor([[[1.0, 0.2, 0.0], [-0.1, 0.9, 0.3]]])
    return Case(program, args=(_image(), theta))


@case
def pixel_shuffle() -> Case:
    """Channels become pixels and pixels channels again: a view, a permutation and a view."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        larger = functional.pixel_shuffle(x, 2)
        return larger, functional.pixel_unshuffle(larger, 2).add(1)

    return Case(
        program, args=(torch.randn(1, 8, 3, 2),), claims=[Fact("same_as_eager", True, paths=("export*",))]
    )


class UNetBlock(nn.Module):
    """One step down and up again with a skip connection, whose sizes need not match."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(inplace=True))
        self.up = nn.ConvTranspose2d(4, 2, 2, stride=2)
        self.merge = nn.Conv2d(4, 2, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        up = self.up(self.down(x))
        missing = x.shape[-1] - up.shape[-1]
        up = functional.pad(up, (missing // 2, missing - missing // 2))
        return self.merge(torch.cat([x, up], dim=1))


@case
def unet_block() -> Case:
    """A step down and up with a skip connection: an odd width is padded to fit."""
    claims = (Contains("aten.cat -> aten.convolution", paths=("export-decomposed",)),)
    return Case(UNetBlock(), args=(_image(),), claims=claims)
