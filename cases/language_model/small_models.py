"""Small language models, each of one layer: a prefill of Llama, GPT-2 and an encoder with decoder like T5."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from graph_goldens import Case, Contains, NoBreaks, case

EXPORT = ("export", "export-pre-dispatch")
VOCABULARY, WIDTH, HEADS, HEAD = 16, 8, 2, 4
DYNAMIC_LENGTH = {"tokens": {1: torch.export.Dim("length", min=2, max=32)}}


class RootMeanSquare(nn.Module):
    """RMS norm by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


class LlamaLayer(nn.Module):
    """Attention with one head of keys for two of queries, rotary positions, SwiGLU; norms before both."""

    frequencies: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH, bias=False)
        self.key = nn.Linear(WIDTH, HEAD, bias=False)
        self.value = nn.Linear(WIDTH, HEAD, bias=False)
        self.out = nn.Linear(WIDTH, WIDTH, bias=False)
        self.gate, self.up = nn.Linear(WIDTH, 16, bias=False), nn.Linear(WIDTH, 16, bias=False)
        self.down = nn.Linear(16, WIDTH, bias=False)
        self.before_attention, self.before_gate = RootMeanSquare(), RootMeanSquare()
        self.register_buffer("frequencies", 10000.0 ** (-torch.arange(0, HEAD, 2).float() / HEAD))

    def rotate(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """Turn the pairs of the last dimension by the angles of their positions."""
        first, second = x.chunk(2, -1)
        return x * cosines + torch.cat((-second, first), -1) * sines

    def project(self, x: Tensor, positions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Project to heads of queries, keys and values, the first two turned."""
        batch, length, _ = x.shape
        q = self.query(x).view(batch, length, HEADS, HEAD).transpose(1, 2)
        k = self.key(x).view(batch, length, 1, HEAD).transpose(1, 2)
        v = self.value(x).view(batch, length, 1, HEAD).transpose(1, 2)
        angles = (positions[:, None].float() * self.frequencies).repeat(1, 2)
        turns = angles.cos(), angles.sin()
        return self.rotate(q, *turns), self.rotate(k, *turns), v

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        """Attend, keys and values repeated for the heads that share them."""
        k, v = (
            x[:, :, None].expand(-1, -1, HEADS, -1, -1).reshape(x.size(0), HEADS, -1, HEAD) for x in (k, v)
        )
        attended = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
        joined: Tensor = self.out(attended.transpose(1, 2).reshape(q.size(0), -1, WIDTH))
        return joined

    def feed(self, x: Tensor) -> Tensor:
        """Apply the gated part behind its norm, with its residual."""
        normed = self.before_gate(x)
        fed: Tensor = x + self.down(functional.silu(self.gate(normed)) * self.up(normed))
        return fed

    def forward(self, x: Tensor) -> Tensor:
        positions = torch.arange(x.size(1), device=x.device)
        x = x + self.attend(*self.project(self.before_attention(x), positions))
        return self.feed(x)


class Llama(nn.Module):
    """Embedding, one layer, norm, head of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.layer = LlamaLayer()
        self.norm = RootMeanSquare()
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden = self.norm(self.layer(self.embedding(tokens)))
        logits: Tensor = self.head(hidden[:, -1:])
        return logits


class LlamaAttention(nn.Module):
    """Embedding, and a layer of Llama up to its gated part."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.layer = nn.Embedding(VOCABULARY, WIDTH), LlamaLayer()

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens)
        positions = torch.arange(x.size(1), device=x.device)
        attended: Tensor = x + self.layer.attend(
            *self.layer.project(self.layer.before_attention(x), positions)
        )
        return attended


class Gpt2(nn.Module):
    """One projection for query, key and value, a mask of ones, GELU by tanh, learnt positions, tied head."""

    below: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(8, WIDTH)
        self.before_attention, self.before_feed, self.last = (nn.LayerNorm(WIDTH) for _ in range(3))
        self.joint, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 16), nn.Linear(16, WIDTH)
        self.register_buffer("below", torch.ones(8, 8, dtype=torch.bool).tril(), persistent=False)

    def attend(self, x: Tensor) -> Tensor:
        """Attend by two products around a softmax."""
        length = x.size(1)
        q, k, v = (
            part.unflatten(-1, (HEADS, HEAD)).transpose(1, 2) for part in self.joint(x).split(WIDTH, dim=2)
        )
        scores = (q @ k.transpose(-1, -2)) / HEAD**0.5
        scores = scores.masked_fill(~self.below[:length, :length], torch.finfo(scores.dtype).min)
        attended: Tensor = self.out((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))
        return attended

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.places(torch.arange(tokens.size(1), device=tokens.device))
        x = x + self.attend(self.before_attention(x))
        x = x + self.down(functional.gelu(self.up(self.before_feed(x)), approximate="tanh"))
        return functional.linear(self.last(x), self.tokens.weight)


class RelativeAttention(nn.Module):
    """Attention like T5's: no scale; a learnt bias by bucket of the distance within one side."""

    def __init__(self, itself: bool) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(3))
        self.biases = nn.Embedding(4, HEADS) if itself else None

    def choose_buckets(self, rows: int, columns: int) -> Tensor:
        """Number distances: exact when near, by their logarithm when far."""
        distance = (torch.arange(columns)[None, :] - torch.arange(rows)[:, None]).abs()
        far = 2 + (torch.log(distance.float().clamp(min=1) / 2) / torch.log(torch.tensor(4.0))).long()
        return torch.where(distance < 2, distance, far.clamp(max=3))

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        q, k, v = (
            each.unflatten(-1, (HEADS, HEAD)).transpose(1, 2)
            for each in (self.query(x), self.key(memory), self.value(memory))
        )
        scores = torch.matmul(q, k.transpose(3, 2))
        if self.biases is not None:
            scores += self.biases(self.choose_buckets(x.size(1), memory.size(1))).permute(2, 0, 1)[None]
        weights = scores.float().softmax(-1).type_as(q)
        return torch.matmul(weights, v).transpose(1, 2).contiguous().flatten(2)


class T5(nn.Module):
    """One embedding for encoder and decoder, which attends to the encoder's result."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.encoder, self.decoder = RelativeAttention(itself=True), RelativeAttention(itself=False)

    def forward(self, tokens: Tensor, target: Tensor) -> Tensor:
        source, x = self.embedding(tokens), self.embedding(target)
        memory = source + self.encoder(source, source)
        x = x + self.decoder(x, memory)
        return functional.linear(x * WIDTH**-0.5, self.embedding.weight)


def draw_tokens(length: int = 5, batch: int = 2) -> Tensor:
    """Draw tokens."""
    return torch.randint(1, VOCABULARY, (batch, length))


@case
def llama_prefill() -> Case:
    """All tokens of a prompt at once, at a length that is fixed; logits of the last."""
    claims: list[Contains | NoBreaks] = [
        Contains("aten.scaled_dot_product_attention", graph="program", paths=EXPORT),
        NoBreaks(),
    ]
    return Case(Llama(), args=(draw_tokens(),), contexts=(torch.no_grad,), claims=claims)


@case
def llama_prefill_dynamic() -> Case:
    """Its attention at any length, and no recompilation for other lengths once one is symbolic."""
    return Case(
        LlamaAttention(),
        args=(draw_tokens(),),
        calls=[(draw_tokens(6),), (draw_tokens(7),)],
        dynamic_shapes=DYNAMIC_LENGTH,
        contexts=(torch.no_grad,),
    )


@case
def gpt2_prefill() -> Case:
    """A model like GPT-2: split, masked softmax, layer norms, a head that is the embedding."""
    return Case(Gpt2(), args=(draw_tokens(),), contexts=(torch.no_grad,), claims=[NoBreaks()])


@case
def t5_encoder_decoder() -> Case:
    """A model like T5: buckets of distances, attention without a scale, one embedding for all."""
    return Case(T5(), args=(draw_tokens(5), draw_tokens(3)), contexts=(torch.no_grad,), claims=[NoBreaks()])
