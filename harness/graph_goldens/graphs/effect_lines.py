"""The text of a graph's effects: one line for each node that has any, and reading it back.

    %relu_: writes %x; shares %x
    %dropout: draws cpu
    %with_effects: acts %token
    %_set_grad_enabled: sets grad
    %all_reduce: uses "0"
    %split: shares %x
    %mystery: unknown

A line is a node, a colon, and what it does, each a verb with what that is done to, between semicolons:

- `writes`, `shares`: storages, each by what first held it: a node (`%x`), an item of a node's value that is
  several (`%topk[0]`), or a tensor of a module of the graph (`self.norm.running_mean`).
- `draws`: whose random numbers: a device's default generator, or `generator` for one of the program's own.
- `acts`: script objects and effect tokens, by the node that first held them, and what has no node: `ordered`
  (PyTorch keeps the order of such operators, as of printing), `profiler`, `seed`.
- `sets`: modes of the process: `grad`, `inference`, `autocast`, `functorch`, `dtype`, `deterministic`.
- `uses`: process groups, by name, as JSON texts.
- `asserts`: it raises where a condition does not hold. `unknown`: it could not be run, so it may do anything.

The value of `getitem` on a node that gives several is that item; such a node has no line.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

_LINE = re.compile(r"%(\S+): (.+)")
_ITEM = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,;"]+')
_PART = re.compile(rf"(\w+)((?: (?:{_ITEM.pattern}),?)*)(?:; |$)")


class EffectsError(ValueError):
    """A text that should hold effects does not."""


@dataclass(frozen=True)
class NodeEffects:
    """What a node does besides giving a value.

    Attributes:
        writes: the storages that it writes.
        shares: the storages that its value shares with what was there before.
        draws: the generators that it draws random numbers from.
        acts: the objects and tokens that it acts on.
        sets: the modes that it sets.
        uses: the process groups that it uses.
        asserts: whether it raises where a condition does not hold.
        unknown: whether it could not be run.
    """

    writes: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    draws: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    asserts: bool = False
    unknown: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return self != _NONE

    def __or__(self, other: "NodeEffects") -> "NodeEffects":
        """Join the effects of two, each named once, in order."""
        if not other:
            return self
        return NodeEffects(
            writes=_join(self.writes, other.writes),
            shares=_join(self.shares, other.shares),
            draws=_join(self.draws, other.draws),
            acts=_join(self.acts, other.acts),
            sets=_join(self.sets, other.sets),
            uses=_join(self.uses, other.uses),
            asserts=self.asserts or other.asserts,
            unknown=self.unknown or other.unknown,
        )


_NONE = NodeEffects()
_VERBS = tuple(field.name for field in fields(NodeEffects) if field.default == ())
_FLAGS = tuple(field.name for field in fields(NodeEffects) if field.default is False)


def _join(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*these, *those)))


def write_effects(effects: Mapping[str, NodeEffects]) -> str:
    """Write the effects of a graph's nodes, by name: a line for each that has any."""
    return "\n".join(f"%{node}: {'; '.join(_parts(found))}" for node, found in effects.items() if found)


def _parts(effects: NodeEffects) -> Iterator[str]:
    for verb in _VERBS:
        if things := getattr(effects, verb):
            yield f"{verb} {', '.join(map(json.dumps, things) if verb == 'uses' else things)}"
    yield from (flag for flag in _FLAGS if getattr(effects, flag))


def read_effects(text: str) -> dict[str, NodeEffects]:
    """Read what `write_effects` wrote: the effects of each node that has any, by the node's name.

    Raises:
        EffectsError: a line says something else.
    """
    return dict(map(_read_line, text.splitlines()))


def _read_line(line: str) -> tuple[str, NodeEffects]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise EffectsError(f"no effects of a node: {line!r}")
    parts = list(_PART.finditer(match[2]))
    verbs = {part[1]: tuple(_ITEM.findall(part[2])) for part in parts}
    whole = "".join(part[0] for part in parts) == match[2]
    if not whole or not all(_is_known(verb, things) for verb, things in verbs.items()):
        raise EffectsError(f"an effect that is none: {line!r}")
    return match[1], NodeEffects(
        **{verb: _things(verb, items) for verb, items in verbs.items() if verb in _VERBS},
        asserts="asserts" in verbs,
        unknown="unknown" in verbs,
    )


def _is_known(verb: str, things: Iterable[str]) -> bool:
    return verb in (_VERBS if things else _FLAGS)


def _things(verb: str, items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(json.loads, items)) if verb == "uses" else items
