"""An operator that torchvision brings in C++ of its own, and that models which find objects end with."""

import torch
from torch import Tensor
from torchvision.ops import batched_nms

from graph_goldens import Case, Contains, case


def keep_best(boxes: Tensor, scores: Tensor, kinds: Tensor) -> Tensor:
    """Keep of each kind the boxes that no better one covers by more than half."""
    kept: Tensor = boxes[batched_nms(boxes, scores, kinds, 0.5)]
    return kept


@case
def non_maximum_suppression() -> Case:
    """How many boxes are kept is known when it runs: a size without a number, from an operator of others."""
    corners = torch.tensor([[0, 0, 4, 4], [0, 0, 4, 5], [6, 6, 9, 9], [0, 0, 4, 4]])
    scores, kinds = torch.tensor([0.9, 0.8, 0.7, 0.6]), torch.tensor([0, 0, 0, 1])
    return Case(
        keep_best,
        args=(corners.float(), scores, kinds),
        claims=[Contains("torchvision.nms", paths=("export",))],
    )
