"""Caches of keys and values: buffers written in place, in the ways that models use, and tuples that grow."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from cases.language_model.small_models import HEAD, HEADS, WIDTH, LlamaLayer
from graph_goldens import Case, Contains, NoBreaks, case

LONGEST = 6
EXPORT = ("export", "export-pre-dispatch")
Cache = tuple[Tensor, Tensor]


class Caches(nn.Module):
    """Owns buffers of keys and values for as many positions as there may be."""

    keys: Tensor
    values: Tensor

    def __init__(self) -> None:
        super().__init__()
        shape = (1, HEADS, LONGEST, HEAD)
        self.register_buffer("keys", torch.zeros(shape), persistent=False)
        self.register_buffer("values", torch.zeros(shape), persistent=False)

    def attend(self, q: Tensor, position: Tensor) -> Tensor:
        """Attend to what was cached up to a position."""
        seen = torch.arange(LONGEST) <= position[:, None]
        attended: Tensor = functional.scaled_dot_product_attention(q, self.keys, self.values, attn_mask=seen)
        return attended


class CopiesByIndex(Caches):
    """Writes by `index_copy_`, as static caches do."""

    def forward(self, q: Tensor, k: Tensor, v: Tensor, position: Tensor) -> Tensor:
        self.keys.index_copy_(2, position, k)
        self.values.index_copy_(2, position, v)
        return self.attend(q, position)


class AssignsByIndex(Caches):
    """Writes by indexed assignment, which becomes `index_put_`."""

    def forward(self, q: Tensor, k: Tensor, v: Tensor, position: Tensor) -> Tensor:
        self.keys[:, :, position] = k
        self.values[:, :, position] = v
        return self.attend(q, position)


class AssignsSlice(Caches):
    """Writes a slice that begins at a number."""

    def forward(self, q: Tensor, k: Tensor, v: Tensor, start: int) -> Tensor:
        end = start + k.size(2)
        self.keys[:, :, start:end] = k
        self.values[:, :, start:end] = v
        attended: Tensor = functional.scaled_dot_product_attention(
            q, self.keys[:, :, :end], self.values[:, :, :end]
        )
        return attended


class AssignsAtItem(Caches):
    """Writes a slice that begins where a tensor says, read by `item`."""

    def forward(self, q: Tensor, k: Tensor, v: Tensor, position: Tensor) -> Tensor:
        start = position.item()
        torch._check(start >= 0)
        torch._check(start + 1 <= LONGEST)
        self.keys.narrow(2, start, 1).copy_(k)
        self.values.narrow(2, start, 1).copy_(v)
        return self.attend(q, position)


class CountsPositions(Caches):
    """Knows by a buffer how many tokens it has seen, and raises it."""

    seen: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("seen", torch.zeros(1, dtype=torch.long))

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        position = self.seen.clone()
        self.keys.index_copy_(2, position, k)
        self.values.index_copy_(2, position, v)
        self.seen.add_(1)
        return self.attend(q, position)


class Slides(Caches):
    """Forgets the oldest: rolls the cache and writes at its end, as sliding windows do."""

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        for cache, new in ((self.keys, k), (self.values, v)):
            rolled = cache.roll(-1, dims=2)
            rolled[:, :, -1:] = new
            cache.copy_(rolled)
        attended: Tensor = functional.scaled_dot_product_attention(q, self.keys, self.values)
        return attended


class DecodesStatic(nn.Module):
    """The attention of a Llama layer that decodes one token against caches that are buffers."""

    keys: Tensor
    values: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.layer = LlamaLayer()
        self.register_buffer("keys", torch.zeros(1, 1, LONGEST, HEAD), persistent=False)
        self.register_buffer("values", torch.zeros(1, 1, LONGEST, HEAD), persistent=False)

    def forward(self, x: Tensor, position: Tensor) -> Tensor:
        q, k, v = self.layer.project(self.layer.before_attention(x), position)
        self.keys.index_copy_(2, position, k)
        self.values.index_copy_(2, position, v)
        seen = torch.arange(LONGEST) <= position[:, None]
        return x + self.layer.attend(q, self.keys, self.values, seen)


class DecodesDynamic(nn.Module):
    """The attention of a Llama layer that is given what was cached, and returns it longer by one."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = LlamaLayer()

    def forward(self, x: Tensor, cache: Cache) -> tuple[Tensor, Cache]:
        position = torch.arange(1) + cache[0].size(2)
        q, k, v = self.layer.project(self.layer.before_attention(x), position)
        k, v = torch.cat((cache[0], k), dim=2), torch.cat((cache[1], v), dim=2)
        mask = torch.ones(1, 1, dtype=torch.bool)
        return x + self.layer.attend(q, k, v, mask), (k, v)


def _step(program: Caches, *more: Tensor | int, claims: bool = True) -> Case:
    heads = tuple(torch.randn(1, HEADS, 1, HEAD) for _ in range(3))
    made = [NoBreaks()] if claims else []
    return Case(program, args=(*heads, *more), contexts=(torch.no_grad,), claims=made)


@case
def cache_index_copy() -> Case:
    """A buffer written by `index_copy_` (transformers#33178): a mutation that the signature must name."""
    return _step(CopiesByIndex(), torch.tensor([2]))


@case
def cache_index_put() -> Case:
    """A buffer written by assignment at a tensor of indices."""
    return _step(AssignsByIndex(), torch.tensor([2]))


@case
def cache_slice_assignment() -> Case:
    """A buffer written by assignment to a slice at a fixed place: scatters of slices when functional."""
    return _step(AssignsSlice(), 2)


@case
def cache_slice_at_item() -> Case:
    """The slice begins at an unbacked number, whose range is checked."""
    return _step(AssignsAtItem(), torch.tensor([2]), claims=False)


@case
def cache_counts_positions() -> Case:
    """Two kinds of state: a cache, and a counter that says where to write."""
    return _step(CountsPositions())


@case
def cache_sliding_window() -> Case:
    """A window that forgets its oldest entry: roll, write at the end, copy back."""
    return _step(Slides())


@case
def llama_decode_static_cache() -> Case:
    """One step of decoding with caches in buffers, and with other positions without recompilation."""
    x = torch.randn(1, 1, WIDTH)
    return Case(
        DecodesStatic(),
        args=(x, torch.tensor([2])),
        calls=[(x, torch.tensor([3]))],
        contexts=(torch.no_grad,),
        claims=[Contains("aten.index_copy*", graph="program", paths=EXPORT), NoBreaks()],
    )


@case
def llama_decode_dynamic_cache() -> Case:
    """One step of decoding with a cache that grows by `cat`: its length is symbolic and one longer behind.

    Attention of 2.4 reads memory beside a mask of one element that is broadcast: what it gives varies.
    """
    cached = {2: torch.export.Dim("cached", min=2, max=32)}

    def draw_cache(length: int) -> Cache:
        return torch.randn(1, 1, length, HEAD), torch.randn(1, 1, length, HEAD)

    x = torch.randn(1, 1, WIDTH)
    return Case(
        DecodesDynamic(),
        args=(x, draw_cache(3)),
        calls=[(x, draw_cache(4)), (x, draw_cache(5))],
        dynamic_shapes={"x": None, "cache": (cached, cached)},
        contexts=(torch.no_grad,),
        torch=">=2.5",
    )
