"""Language models that decode: Llama, GPT-2, Mixtral; prefill, the loss in training, steps with a cache."""

import torch
from torch import Tensor, nn
from transformers import (
    DynamicCache,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MixtralConfig,
    MixtralForCausalLM,
)
from transformers.integrations.executorch import TorchExportableModuleWithStaticCache

from graph_goldens import Case, Contains, NoBreaks, case

VOCABULARY, WIDTH, HEADS, HEAD, LENGTH = 32, 16, 2, 8, 5
LAYER = {
    "vocab_size": VOCABULARY,
    "hidden_size": WIDTH,
    "intermediate_size": 2 * WIDTH,
    "num_hidden_layers": 1,
    "num_attention_heads": HEADS,
    "num_key_value_heads": 1,
    "max_position_embeddings": 16,
}


def make_llama() -> LlamaForCausalLM:
    """Make a Llama of one layer, whose two heads share keys and values."""
    return LlamaForCausalLM(LlamaConfig(**LAYER)).eval()


def draw_tokens(length: int = LENGTH, batch: int = 1) -> Tensor:
    """Draw tokens."""
    return torch.randint(3, VOCABULARY, (batch, length))


class GivesLogits(nn.Module):
    """A model of which the logits alone are asked; it makes a cache for itself, as a prefill does."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        logits: Tensor = self.model(tokens, attention_mask=mask).logits
        return logits


class GivesLoss(nn.Module):
    """A model whose labels are its tokens: the loss of language modelling."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor) -> Tensor:
        loss: Tensor = self.model(tokens, labels=tokens).loss
        return loss


class DecodesWithDynamicCache(nn.Module):
    """One more token behind keys and values that were kept; both grow, and are given back."""

    def __init__(self, model: LlamaForCausalLM) -> None:
        super().__init__()
        self.model = model

    def forward(self, token: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        cache = DynamicCache([(keys, values)])
        logits = self.model(token, cache=cache).logits
        return logits, cache.layers[0].keys, cache.layers[0].values


@case
def llama_prefill_dynamic() -> Case:
    """A prompt of any length, with a mask: which sizes become symbols, and what is asked of them."""
    length = torch.export.Dim("length", min=2, max=16)
    return Case(
        GivesLogits(make_llama()),
        args=(draw_tokens(batch=2), torch.ones(2, LENGTH, dtype=torch.long)),
        calls=[(draw_tokens(7, batch=2), torch.ones(2, 7, dtype=torch.long))],
        dynamic_shapes={"tokens": {1: length}, "mask": {1: length}},
        contexts=(torch.no_grad,),
        claims=[Contains("aten.bmm -> ... -> aten._softmax", graph="program", paths=("export-decomposed",))],
    )


@case
def llama_training_loss() -> Case:
    """The loss in training and its backward: the joint graph of a whole language model."""
    return Case(
        GivesLoss(make_llama().train()),
        args=(draw_tokens(),),
        claims=[NoBreaks()],
    )


@case
def llama_dynamic_cache() -> Case:
    """A step of decoding with a cache that grows: keys and values are joined with those of the token."""
    return Case(
        DecodesWithDynamicCache(make_llama()),
        args=(draw_tokens(1), torch.randn(1, 1, 4, HEAD), torch.randn(1, 1, 4, HEAD)),
        contexts=(torch.no_grad,),
        claims=[Contains("aten.cat -> output", graph="program", paths=("export-decomposed",)), NoBreaks()],
    )


@case
def llama_static_cache() -> Case:
    """A step of decoding with a cache of a fixed size, which is written, as ExecuTorch is given it."""
    model = make_llama()
    model.generation_config.cache_implementation = "static"
    return Case(
        TorchExportableModuleWithStaticCache(model, batch_size=1, max_cache_len=8),
        kwargs={"input_ids": draw_tokens(1), "cache_position": torch.tensor([2])},
        contexts=(torch.no_grad,),
        claims=[Contains("aten.index_copy_", graph="program", paths=("export", "export-strict"))],
    )


@case
def gpt2_prefill() -> Case:
    """Learnt positions, one product for queries, keys and values, GELU by tanh, a head that is tied."""
    config = GPT2Config(
        vocab_size=VOCABULARY,
        n_embd=WIDTH,
        n_layer=1,
        n_head=HEADS,
        n_positions=16,
        bos_token_id=1,
        eos_token_id=2,
    )
    return Case(
        GivesLogits(GPT2LMHeadModel(config).eval()),
        args=(draw_tokens(),),
        contexts=(torch.no_grad,),
        claims=[NoBreaks()],
    )


@case
def mixtral_experts() -> Case:
    """Two of four experts for each token: how tokens are sorted and multiplied by groups of experts."""
    config = MixtralConfig(**LAYER, num_local_experts=4, num_experts_per_tok=2)
    return Case(
        GivesLogits(MixtralForCausalLM(config).eval()),
        args=(draw_tokens(),),
        contexts=(torch.no_grad,),
        claims=[Contains("aten.topk -> ... -> aten.sort", graph="program", paths=("export-decomposed",))],
    )
