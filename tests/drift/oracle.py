"""Hold the classifier against execution: no order that gives other results may be called cosmetic.

    python -m tests.drift.oracle --pairs 20000 [--seed 0]

Random programs are run in two orders on real tensors in the default PyTorch's environment
(`oracle_execution`, which knows nothing of drift), and the graphs' texts, effects among them, are taken there
as a capture takes them. Here the classifier compares the texts in both directions. It ends with 1, and shows
each pair, where what it calls cosmetic gives other results. Told beside it: how often it was careful in vain.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.compare import compare
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.project import find_project
from graph_goldens.records import Artifact, Outcome, Record
from tests.drift.oracle_programs import Program, make_pairs

SCRIPT = Path(__file__).with_name("oracle_execution.py")
RULES_WITH_EFFECTS = 2

Texts = dict[str, str]
Alter = Callable[[Texts], Texts]

_BATCH = 2_000
_NOT_RUN = "null"
_MOST_SHOWN = 5


@dataclass(frozen=True)
class Judged:
    """One pair: what execution showed, and what the classifier says in each direction.

    Attributes:
        differ: whether the results differ.
        classes: the class in each direction, `same` where nothing drifted.
        cosmetic: whether either direction says that it does not matter.
        texts: both graph strings.
    """

    differ: bool
    classes: tuple[str, str]
    cosmetic: bool
    texts: tuple[str, str]

    @property
    def wrong(self) -> bool:
        """Whether results differ that were called cosmetic."""
        return self.differ and self.cosmetic


def keep_texts(texts: Texts) -> Texts:
    """Classify texts as they are."""
    return texts


def judge(answer: str, alter: Alter = keep_texts, rules: int = RULES_WITH_EFFECTS) -> Judged:
    """Classify a pair that was run.

    Args:
        answer: what running it gave.
        alter: changes the texts before they are classified.
        rules: the version of the rules that the records say wrote them.
    """
    found = json.loads(answer)
    old, new = (_make_record(alter(found[side]), rules) for side in ("old", "new"))
    drifts = compare(old, new), compare(new, old)
    kinds = tuple(drift.kind.value if drift else "same" for drift in drifts)
    cosmetic = any(drift is None or drift.severity is Severity.COSMETIC for drift in drifts)
    texts = (found["old"]["g.graph"], found["new"]["g.graph"])
    return Judged(found["differ"], (kinds[0], kinds[1]), cosmetic, texts)


def _make_record(texts: Texts, rules: int) -> Record:
    artifacts = tuple(Artifact(name, text) for name, text in texts.items())
    return Record("oracle/pair", "export", Outcome.GRAPHS, artifacts=artifacts, rules=rules)


def run_pairs(pairs: Sequence[tuple[Program, Program]]) -> Iterator[str]:
    """Run pairs in the environment, and yield what each gave, as JSON, where it could be run at all."""
    for start in range(0, len(pairs), _BATCH):
        yield from (answer for answer in _execute(pairs[start : start + _BATCH]) if answer != _NOT_RUN)


def _execute(pairs: Sequence[tuple[Program, Program]]) -> list[str]:
    project = find_project(Path(__file__).parents[2])
    environment = open_environment(describe_release(str(project.default)), project.working, lambda text: None)
    variables = compose_capture_variables(project.working, make_worker_path(project.working), hash_seed=0)
    make_capture_folders(variables)
    ended = subprocess.run(
        [str(environment.python), str(SCRIPT)],
        env=variables,
        input="\n".join(json.dumps([old.to_json(), new.to_json()]) for old, new in pairs),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    answers = ended.stdout.splitlines()
    assert len(answers) == len(pairs)
    return answers


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge as many pairs as are asked for, and count what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.drift.oracle")
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    judged = [judge(answer) for answer in run_pairs(make_pairs(asked.pairs, asked.seed))]
    counts = Counter(
        ("other results" if each.differ else "equal results", "/".join(sorted(set(each.classes))))
        for each in judged
    )
    for (results, kinds), count in sorted(counts.items()):
        print(f"{count:6,} {results}: {kinds}")
    wrong = [each for each in judged if each.wrong]
    for each in wrong[:_MOST_SHOWN]:
        print(f"\n{each.classes}\n{each.texts[0]}\n{each.texts[1]}")
    print(f"{len(judged):,} pairs, {len(wrong):,} wrongly cosmetic")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
