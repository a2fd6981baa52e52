"""A branch of the project's repository that holds the state of nights, for machines that keep no folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.environments.processes import TookTooLongError, run
from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import read_if_there, write_whole
from graph_goldens.nights.night_state import NightState

_REMOTE = "origin"
_MARK = "branch"
"""File of the state's folder that names the commit from which it was made, or which was made of it."""
_SECONDS = 600.0
_AUTHOR = (
    "-c",
    "user.name=goldens nightly",
    "-c",
    "user.email=goldens@localhost",
    "-c",
    "commit.gpgSign=false",
)


@dataclass(frozen=True)
class StateBranch:
    """A branch that holds one commit, without parents: the state as it is, and none of before.

    Attributes:
        repository: a folder of the repository.
        name: the branch's name: that of the remote `origin`, of the repository itself where it has none.
    """

    repository: Path
    name: str

    @contextmanager
    def hold(self, state: NightState, described: str) -> Iterator[None]:
        """Put the branch's state into a folder, and what becomes of it there back into the branch.

        It goes back however the night ends, so that nobody is told twice. A folder that a killed process
        left, and no other machine has overtaken, stays as it is; so does one whose branch is still to be
        made.

        Args:
            state: the folder where the state is used; whoever uses it holds its lock.
            described: what the commit is of.

        Raises:
            UserError: the name is none, or there is no repository.
            ToolError: git fails, or the branch moved on meanwhile.
        """
        self._demand_name()
        before = self._fetch()
        mark = state.root / _MARK
        if before and (read_if_there(mark) or b"").decode().strip() != before:
            self._check_out(before, state)
            write_whole(mark, before.encode())
        try:
            yield
        finally:
            write_whole(mark, self._put_back(state, before, described).encode())

    def _check_out(self, commit: str, state: NightState) -> None:
        state.clear()
        written = ("--all", "--force", f"--prefix={state.root}/")
        with _make_index() as index:
            self._git("read-tree", commit, index=index)
            self._git("-c", "core.symlinks=false", "checkout-index", *written, index=index)

    def _demand_name(self) -> None:
        try:
            self._git("rev-parse", "--git-dir")
        except ToolError:
            raise UserError(
                f"{self.repository} is in no git repository, as --state-branch needs it; give --state DIR"
            ) from None
        try:
            self._git("check-ref-format", f"refs/heads/{self.name}")
        except ToolError:
            raise UserError(f"{self.name!r} cannot name a branch") from None

    @property
    def _remote(self) -> bool:
        return _REMOTE in self._git("remote").split()

    def _fetch(self) -> str:
        """Find the branch's commit, and fetch it; empty where there is no such branch yet."""
        reference = f"refs/heads/{self.name}"
        listed = self._git("ls-remote", _REMOTE if self._remote else ".", reference).split()
        if listed and self._remote:
            self._git("fetch", "--quiet", "--depth=1", "--no-tags", _REMOTE, listed[0])
        return listed[0] if listed else ""

    def _put_back(self, state: NightState, before: str, described: str) -> str:
        """Commit the state without a parent, and move the branch there if it is where it was."""
        places = [place.name for place in state.places if place.exists()]
        with _make_index() as index:
            if places:
                self._git("add", "--all", "--force", "--", *places, index=index, tree=state.root)
            tree = self._read_last_word("write-tree", index=index)
        commit = self._read_last_word(*_AUTHOR, "commit-tree", tree, "-m", described)
        reference = f"refs/heads/{self.name}"
        try:
            if self._remote:
                lease = f"--force-with-lease={reference}:{before}"
                self._git("push", "--quiet", "--no-verify", lease, _REMOTE, f"{commit}:{reference}")
            else:
                self._git("update-ref", reference, commit, before or "0" * 40)
        except ToolError as error:
            raise ToolError(
                f"the state of nights could not go into the branch {self.name}: {error}"
            ) from error
        return commit

    def _read_last_word(self, *arguments: str, index: Path | None = None) -> str:
        return self._git(*arguments, index=index).split()[-1]

    def _git(self, *arguments: str, index: Path | None = None, tree: Path | None = None) -> str:
        variables = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
        where = ["-C", str(tree or self.repository)]
        if index:
            variables["GIT_INDEX_FILE"] = str(index)
        if tree:
            where += [
                "--git-dir",
                self._read_last_word("rev-parse", "--absolute-git-dir"),
                "--work-tree",
                str(tree),
            ]
        command = ["git", *where, *arguments]
        try:
            finished = run(command, variables, self.repository, _SECONDS)
        except TookTooLongError:
            raise ToolError(f"git took more than {_SECONDS:.0f} seconds in {self.repository}") from None
        if finished.status:
            raise ToolError(" ".join(finished.output.split()) or f"git ended with {finished.status}")
        return finished.output


@contextmanager
def _make_index() -> Iterator[Path]:
    """Make an index of its own, so that the repository's is never touched."""
    with tempfile.TemporaryDirectory(prefix="goldens-index-") as folder:
        yield Path(folder) / "index"
