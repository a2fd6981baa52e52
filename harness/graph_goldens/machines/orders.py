"""What another machine is asked for, and what it tells: all that crosses between it and the host."""

import enum
from dataclasses import dataclass
from typing import TypeAlias

from graph_goldens.cases.packs import PackChoice
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.worker_messages import CaseListing, Hello
from graph_goldens.gate.placement import WantedBuild
from graph_goldens.keys import Key


@dataclass(frozen=True)
class OrderLimits:
    """What the captures of one order may use.

    Attributes:
        jobs: captures at once.
        timeout: seconds for one capture.
        memory: bytes for one capture beyond its worker's own.
    """

    jobs: int
    timeout: float
    memory: int


class OrderKind(enum.Enum):
    """What an order asks for."""

    ENVIRONMENT = "what the environment is"
    LISTING = "which cases there are"
    RECORDS = "records"


@dataclass(frozen=True)
class CaptureOrder:
    """What one machine is asked for.

    Attributes:
        kind: what is asked for.
        number: tells it from all other orders of a command.
        wanted: what the environment is to hold.
        packs: the packs that need the same, which the environment is opened for; all where None.
        choice: those of them that are meant.
        cases: the folder of packs, relative to the project's; what the settings say where empty.
        limits: what captures may use.
        hash_seed: seed of Python's hashes.
        keys: the records, in the order in which they are captured.
    """

    kind: OrderKind
    number: int
    wanted: WantedBuild
    packs: frozenset[str] | None
    choice: PackChoice
    cases: str
    limits: OrderLimits
    hash_seed: int = 0
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Noted:
    """That a machine does something that takes time, in a short line."""

    text: str


@dataclass(frozen=True)
class GroupOpened:
    """What a machine's environment is.

    Attributes:
        environment: the environment; its paths are the machine's.
        packages: what it holds beside PyTorch for the packs.
        unmet: uv's sentence, where requirements cannot be met.
    """

    environment: Environment
    packages: tuple[str, ...] = ()
    unmet: str = ""


@dataclass(frozen=True)
class CasesListed:
    """Which cases a machine's worker lists.

    Attributes:
        hello: what it said of its environment.
        listing: the cases, without what only a cache on that machine could use.
        packages: what its environment holds beside PyTorch for the packs.
    """

    hello: Hello
    listing: CaseListing
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceOpened:
    """What is about to capture the records of an order.

    Attributes:
        machine: the machine's name.
        hello: what its worker said of the environment.
        cases: digest of the cases that it lists.
        packages: what its environment holds beside PyTorch for the packs.
    """

    machine: str
    hello: Hello
    cases: str
    packages: tuple[str, ...]


@dataclass(frozen=True)
class CaptureTold:
    """One capture, as a line that `record_bounds.read_capture` reads."""

    key: Key
    line: str


@dataclass(frozen=True)
class OrderEnded:
    """That a machine is done with an order.

    Attributes:
        problem: why it could not do it, in a sentence; empty where it did.
        refused: whether what was asked for is not to be had, so that whoever asked can mend it.
    """

    problem: str = ""
    refused: bool = False


@dataclass(frozen=True)
class OrderLost:
    """That every machine that took an order was lost, or what it started there died, as often as is tried."""


News: TypeAlias = "Noted | GroupOpened | CasesListed | SourceOpened | CaptureTold | OrderEnded | OrderLost"
