"""A large tree of goldens that are like those of this repository and all different, to measure searches on.

python -m tests.bench.golden_tree FOLDER 10000
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from graph_goldens.goldens.format import Golden, render
from graph_goldens.goldens.overlays import list_stored
from graph_goldens.goldens.reader import parse
from graph_goldens.records import Artifact, Record

SNAPSHOTS = Path(__file__).parents[2] / "snapshots"
PACK = "torchbind/"
_INPUT = re.compile(r"placeholder\[target=(\w+)\]")


def make_tree(folder: Path, number: int) -> None:
    """Write a project of so many goldens: copies of those of this repository's first pack, of other cases.

    The inputs of each copy's graphs are called otherwise, so that no two copies share a graph.
    """
    (folder / "cases").mkdir(parents=True, exist_ok=True)
    versions = sorted({path.name.removeprefix("torch-") for path in SNAPSHOTS.glob("torch-*")})
    (folder / "pyproject.toml").write_text(f"[tool.goldens]\nsupported = {versions}\n")
    for file, golden in islice(_iterate_copies(), number):
        target = folder / "snapshots" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(render(golden))


def _iterate_copies() -> Iterator[tuple[Path, Golden]]:
    stored = [entry for entry in list_stored(SNAPSHOTS) if entry.case.startswith(PACK)]
    goldens = {entry.file: parse(entry.file.read_bytes(), str(entry.file)) for entry in stored}
    for copy in count():
        for entry in stored:
            case = f"{entry.case}_{copy}"
            record = _rename_inputs(goldens[entry.file].record, copy)
            yield (
                entry.file.relative_to(SNAPSHOTS).parts[0] / Path(case) / entry.file.name,
                replace(goldens[entry.file], record=replace(record, case=case)),
            )


def _rename_inputs(record: Record, copy: int) -> Record:
    return replace(record, artifacts=tuple(_rename(each, copy) for each in record.artifacts))


def _rename(artifact: Artifact, copy: int) -> Artifact:
    if not artifact.name.endswith(".graph"):
        return artifact
    return Artifact(artifact.name, _INPUT.sub(rf"placeholder[target=\1_{copy}]", artifact.text))


if __name__ == "__main__":
    make_tree(Path(sys.argv[1]), int(sys.argv[2]))
