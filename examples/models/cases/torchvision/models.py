"""Models for images, each with as few layers as its class allows."""

import torch
from torch import Tensor
from torchvision.models import MobileNetV2, ResNet
from torchvision.models.resnet import BasicBlock

from graph_goldens import Case, Contains, case

CLASSES = 4


def draw_images(batch: int, size: int) -> Tensor:
    """Draw square images in three colours."""
    return torch.randn(batch, 3, size, size)


@case
def resnet_training() -> Case:
    """Convolutions, norms whose statistics are written, sums around blocks, and the backward of all that."""
    # Images of 64: of 32, the last norm would have two numbers of each channel, and any rounding would show.
    model = ResNet(BasicBlock, [1, 1, 1, 1], num_classes=CLASSES)
    layers = Contains("aten.conv2d -> aten.batch_norm -> aten.relu_", graph="program", paths=("export",))
    return Case(model.train(), args=(draw_images(2, 64),), claims=[layers])


@case
def mobilenet_dynamic_batch() -> Case:
    """Inverted residuals: convolutions of one channel each, ReLU6, for batches of any size."""
    settings = [[1, 8, 1, 1], [2, 8, 2, 2]]
    model = MobileNetV2(num_classes=CLASSES, inverted_residual_setting=settings)
    batch = torch.export.Dim("batch", min=2, max=16)
    return Case(
        model.eval(),
        args=(draw_images(3, 32),),
        dynamic_shapes=({0: batch},),
        contexts=(torch.no_grad,),
        claims=[Contains("aten.batch_norm -> aten.hardtanh_", graph="program", paths=("export",))],
    )
