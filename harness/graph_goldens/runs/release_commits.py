"""The commits that PyTorch's releases were built from, and what was built between two of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from packaging.version import Version

from graph_goldens.runs.run import Run
from graph_goldens.versions import parse_version

RELEASE_COMMITS: Mapping[str, str] = MappingProxyType(
    {
        # `git_version` in torch/version.py of each wheel, which tools/generate_torch_version.py writes
        "2.4.1": "38b96d3399a695e704ed39b60dac733c3fbf20e2",
        "2.5.1": "a8d6afb511a69687bbb2b7e88a3cf67917e1697e",
        "2.6.0": "2236df1770800ffea5697b11b0bb0d910b2e59e1",
        "2.7.1": "e2d141dbde55c2a4370fac5165b0561b6af4798b",
        "2.8.0": "a1cb3cc05d46d198467bebbb6e8fba50a325d4e7",
        "2.9.1": "5811a8d7da873dd699ff6687092c225caffcf1bb",
        "2.10.0": "449b1768410104d3ed79d3bcfe4ba1d65c7f22c0",
        "2.11.0": "70d99e998b4955e0049d13a98d77ae1b14db1f45",
        "2.12.1": "7269437d655783a26cba32aa88195b741ff496aa",
        "2.13.0": "cf30153c4c131c8164ee7798e5022d810682e2cb",
        "2.14.1": "5c4886908584029761b579af026dcfb627c84070",
        "2.15.0": "d0f2af8b66b20da4baa50644c0cd3f887a2eae2e",
    }
)

_COMPARE = "https://github.com/pytorch/pytorch/compare"
_COMMIT = "https://github.com/pytorch/pytorch/commit"
_SHORT = 11


@dataclass(frozen=True)
class SourceStep:
    """Two builds of PyTorch, by the commits that they were built from.

    Attributes:
        before: the older version.
        before_commit: its commit.
        after: the newer version.
        after_commit: its commit.
    """

    before: str
    before_commit: str
    after: str
    after_commit: str

    @property
    def link(self) -> str:
        """Where a code host compares the two commits."""
        return f"{_COMPARE}/{self.before_commit}...{self.after_commit}"

    @property
    def words(self) -> str:
        """Both builds with the beginnings of their commits."""
        before, after = self.before_commit[:_SHORT], self.after_commit[:_SHORT]
        return f"{self.before} ({before}) → {self.after} ({after})"


def link_commit(commit: str) -> str:
    """Link to where a code host shows a commit of PyTorch."""
    return f"{_COMMIT}/{commit}"


def find_release_step(before: Version, after: Version) -> SourceStep | None:
    """Find the step between two releases; None where a commit is not known."""
    return _make_step(
        before, RELEASE_COMMITS.get(before.public, ""), after, RELEASE_COMMITS.get(after.public, "")
    )


def find_run_step(supported: Iterable[Version], run: Run) -> SourceStep | None:
    """Find the step to the build of a run from the supported version before; None where none is known."""
    older = [version for version in supported if version < parse_version(run.version.public)]
    if not older:
        return None
    before, commit = max(older), str(run.environment.get("git") or "")
    return _make_step(before, RELEASE_COMMITS.get(before.public, ""), run.version, commit)


def _make_step(before: Version, old: str, after: Version, new: str) -> SourceStep | None:
    return SourceStep(str(before), old, str(after), new) if old and new and old != new else None
