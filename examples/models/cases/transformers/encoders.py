"""Models with an encoder: BERT, ViT, and T5 and Whisper, whose decoders attend to it."""

import torch
from torch import Tensor, nn
from transformers import (
    BertConfig,
    BertForMaskedLM,
    T5Config,
    T5ForConditionalGeneration,
    ViTConfig,
    ViTForImageClassification,
    WhisperConfig,
    WhisperForConditionalGeneration,
)

from graph_goldens import Case, Contains, NoBreaks, case

SDPA = "aten.scaled_dot_product_attention"
VOCABULARY, WIDTH, HEADS, LENGTH = 32, 16, 2, 5


class GivesLogits(nn.Module):
    """A model of which the logits alone are asked, and the names under which it takes its inputs."""

    def __init__(self, model: nn.Module, *names: str) -> None:
        super().__init__()
        self.model, self.names = model, names

    def forward(self, first: Tensor, second: Tensor | None = None) -> Tensor:
        inputs = dict(zip(self.names, (first, second), strict=False))
        logits: Tensor = self.model(**inputs).logits
        return logits


def draw_tokens(length: int = LENGTH, batch: int = 1) -> Tensor:
    """Draw tokens."""
    return torch.randint(3, VOCABULARY, (batch, length))


@case
def bert_masked_tokens() -> Case:
    """Attention to both sides, padding that is masked, GELU, norms behind the sums, a head that is tied."""
    config = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=HEADS,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=16,
    )
    padding = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    return Case(
        GivesLogits(BertForMaskedLM(config).eval(), "input_ids", "attention_mask"),
        args=(draw_tokens(batch=2), padding),
        contexts=(torch.no_grad,),
        claims=[Contains(SDPA, graph="program", paths=("export",))],
    )


@case
def t5_translates() -> Case:
    """Biases by buckets of distances, norms without a mean, attention from the decoder to the encoder."""
    config = T5Config(
        vocab_size=VOCABULARY,
        d_model=WIDTH,
        d_kv=WIDTH // HEADS,
        d_ff=2 * WIDTH,
        num_layers=1,
        num_heads=HEADS,
    )
    return Case(
        GivesLogits(T5ForConditionalGeneration(config).eval(), "input_ids", "decoder_input_ids"),
        args=(draw_tokens(), draw_tokens(3)),
        contexts=(torch.no_grad,),
    )


@case
def whisper_transcribes() -> Case:
    """Convolutions over mel features, an encoder that attends to all of them, a decoder of text."""
    config = WhisperConfig(
        vocab_size=VOCABULARY,
        num_mel_bins=4,
        d_model=WIDTH,
        encoder_layers=1,
        encoder_attention_heads=HEADS,
        encoder_ffn_dim=2 * WIDTH,
        decoder_layers=1,
        decoder_attention_heads=HEADS,
        decoder_ffn_dim=2 * WIDTH,
        max_source_positions=4,
        max_target_positions=8,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=1,
    )
    return Case(
        GivesLogits(WhisperForConditionalGeneration(config).eval(), "input_features", "decoder_input_ids"),
        args=(torch.randn(1, 4, 8), draw_tokens(3)),
        contexts=(torch.no_grad,),
        claims=[
            Contains("aten.convolution -> aten.gelu", graph="traced", paths=("make-fx-fake",)),
            NoBreaks(),
        ],
    )


@case
def vit_classifies() -> Case:
    """Patches by a convolution, a token of its own for the class, one layer of attention, a classifier."""
    config = ViTConfig(
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=HEADS,
        intermediate_size=2 * WIDTH,
        image_size=32,
        patch_size=16,
        num_labels=4,
    )
    return Case(
        GivesLogits(ViTForImageClassification(config).eval(), "pixel_values"),
        args=(torch.randn(1, 3, 32, 32),),
        contexts=(torch.no_grad,),
        claims=[Contains("aten.conv2d -> ... -> aten.cat", graph="program", paths=("export",)), NoBreaks()],
    )
