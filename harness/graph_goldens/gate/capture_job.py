"""What a run is made of: what is known from before, and what is captured now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.gate.capture_plan import Plan
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.run import PackEnvironment, Run, describe_environment
from graph_goldens.runs.shard import Shard


@dataclass(frozen=True)
class Job:
    """What a run is made of, once it is known which cases there are.

    Attributes:
        plans: what of each group of packs is known from before, and what must be captured.
        keys: all records, in order.
        complete: whether they are all that the project has.
        shard: which part of them it is, where it is one.
        mistakes: what makes cases that are selected unusable.
        packs: the environments of packs that need packages.
    """

    plans: Sequence[Plan]
    keys: Sequence[Key]
    complete: bool
    shard: Shard | None
    mistakes: tuple[Mistake, ...]
    packs: tuple[PackEnvironment, ...]

    def run(self, fresh: Mapping[Key, Capture], seconds: float) -> Run:
        """Build the run, with what was captured now."""
        known = {key: capture for plan in self.plans for key, capture in plan.known.items()}
        return Run(
            environment=describe_environment(self.plans[0].survey.hello),
            captures={key: known.get(key) or fresh[key] for key in self.keys},
            complete=self.complete,
            seconds=seconds,
            reused=frozenset(known),
            shard=self.shard,
            mistakes=self.mistakes,
            packs=self.packs,
        )
