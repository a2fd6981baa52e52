"""What operators make of symbolic sizes: views, padding, resampling, sizes computed with."""

import torch
from torch import Tensor
from torch.export import Dim
from torch.nn import functional

from graph_goldens import Case, NoBreaks, case


def _dynamic(*places: int) -> dict[str, dict[int, Dim]]:
    return {"x": {place: Dim(f"size_{place}", min=2, max=64) for place in places}}


@case
def reshape_symbolic() -> Case:
    """Dimensions are merged and split again by sizes that are products and quotients of symbols."""

    def reshape(x: Tensor) -> tuple[Tensor, Tensor]:
        batch, length, width = x.shape
        flat = x.reshape(batch * length, width)
        return flat, flat.view(length, batch, 2, width // 2).permute(1, 2, 0, 3)

    return Case(reshape, args=(torch.randn(3, 5, 4),), dynamic_shapes=_dynamic(0, 1), claims=[NoBreaks()])


@case
def pad_symbolic() -> Case:
    """Padding up to a multiple of four: the remainder of a symbol in the size of the result."""

    def pad(x: Tensor) -> Tensor:
        missing = -x.size(1) % 4
        return functional.pad(x, (0, missing), value=1.0).cumsum(1)

    return Case(pad, args=(torch.randn(2, 6),), dynamic_shapes=_dynamic(1))


@case
def interpolate_symbolic() -> Case:
    """Resampling by a factor and to a size that comes from another dimension."""

    def resample(x: Tensor) -> tuple[Tensor, Tensor]:
        doubled = functional.interpolate(x, scale_factor=2.0, mode="nearest")
        sized = functional.interpolate(x, size=(x.size(2) + 1, 4), mode="bilinear", align_corners=False)
        return doubled, sized

    return Case(resample, args=(torch.randn(1, 2, 5, 6),), dynamic_shapes=_dynamic(2, 3))


@case
def sizes_computed_with() -> Case:
    """Sizes become numbers that are compared, divided, taken the root of, and made into tensors."""

    def compute(x: Tensor) -> tuple[Tensor, Tensor, int]:
        rows, columns = x.shape
        least = min(rows, columns)
        scaled = x / rows**0.5 + (rows // 2) % 3
        return scaled[:least, :least], torch.tensor([rows, columns]), max(rows, 2 * columns)

    return Case(compute, args=(torch.randn(5, 7),), dynamic_shapes=_dynamic(0, 1))
