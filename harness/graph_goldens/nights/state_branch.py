"""A branch of the project's repository that holds the state of nights, for machines that keep no folder."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.environments.git_command import run_git
from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import explain_os_error, read_if_there, write_whole
from graph_goldens.nights.night_state import NightState

_REMOTE = "origin"
_MARK = "branch"
"""File of the state's folder that names the branch's commit from which it was made, or which was made of it.

A second line names a commit that is on its way into the branch.
"""
_NAMED = {
    f"GIT_{who}_{what}": said
    for who in ("AUTHOR", "COMMITTER")
    for what, said in (("NAME", "goldens nightly"), ("EMAIL", "goldens@localhost"))
}
"""Who commits, where nobody is set up to."""

_BYTES_AS_THEY_ARE = ("-c", "core.symlinks=false", "-c", "core.autocrlf=false")


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
            UserError: the name is none, there is no repository, or the folder holds nights of its own that
                never were in the branch, while the branch is there.
            ToolError: git fails, or the branch moved on meanwhile; of a night that failed too, both are told.
        """
        self._demand_name()
        before = self._fetch()
        mark = state.root / _MARK
        last, *coming = (read_if_there(mark) or b"").decode().split("\n")
        if before and before not in (last, *coming):
            self._demand_no_other_nights(state, last)
            self._check_out(before, state)
            write_whole(mark, before.encode())
        try:
            yield
        except BaseException as error:
            try:
                self._put_back(state, before, described)
            except ToolError as second:
                raise _join_failures(error, second) from second
            raise
        self._put_back(state, before, described)

    def _demand_no_other_nights(self, state: NightState, last: str) -> None:
        if not last and state.list_nights():
            raise UserError(
                f"{state.root} holds nights that never were in the branch {self.name}, which holds others: "
                "name another folder with --state, or another branch, or remove the folder"
            )

    def _check_out(self, commit: str, state: NightState) -> None:
        state.clear()
        with explain_os_error(f"make {state.root}"):
            state.root.mkdir(parents=True, exist_ok=True)
        with _make_index() as index:
            self._git("read-tree", commit, index=index)
            self._git("checkout-index", "--all", "--force", index=index, tree=state.root)

    def _demand_name(self) -> None:
        try:
            self._git("rev-parse", "--git-dir")
        except ToolError:
            raise UserError(
                f"{self.repository} is in no git repository, as --state-branch needs it; give --state DIR"
            ) from None
        try:
            self._git("check-ref-format", self._reference)
        except ToolError:
            raise UserError(f"{self.name!r} cannot name a branch") from None

    @property
    def _has_remote(self) -> bool:
        return _REMOTE in self._git("remote").split()

    @property
    def _reference(self) -> str:
        return f"refs/heads/{self.name}"

    def _fetch(self) -> str:
        """Find the branch's commit, and fetch it; empty where there is no such branch yet."""
        remote = self._has_remote
        listed = self._git("ls-remote", _REMOTE if remote else ".", self._reference)
        found = re.search(rf"^([0-9a-f]+)\t{re.escape(self._reference)}$", listed, re.MULTILINE)
        if found and remote:
            self._git("fetch", "--quiet", "--depth=1", "--no-tags", _REMOTE, found[1])
        return found[1] if found else ""

    def _put_back(self, state: NightState, before: str, described: str) -> None:
        """Commit the state without a parent, and move the branch there if it is where it was."""
        commit, mark = self._commit(state, described), state.root / _MARK
        write_whole(mark, f"{before}\n{commit}".encode())
        self._move(before, commit)
        write_whole(mark, commit.encode())

    def _commit(self, state: NightState, described: str) -> str:
        places = [place.name for place in state.places if place.exists()]
        with _make_index() as index:
            if places:
                self._git("add", "--all", "--force", "--", *places, index=index, tree=state.root)
            tree = self._read_last_line("write-tree", index=index)
        return self._read_last_line("commit-tree", tree, "-m", described)

    def _move(self, before: str, commit: str) -> None:
        try:
            if self._has_remote:
                lease = f"--force-with-lease={self._reference}:{before}"
                self._git("push", "--quiet", "--no-verify", lease, _REMOTE, f"{commit}:{self._reference}")
            else:
                self._git("update-ref", self._reference, commit, before or "0" * 40)
        except ToolError as error:
            raise ToolError(
                f"the state of nights could not go into the branch {self.name}: {error}"
            ) from error

    def _read_last_line(self, *arguments: str, index: Path | None = None) -> str:
        """Read what a command answers; what git and ssh warn of stands before it."""
        return self._git(*arguments, index=index).rstrip("\n").rpartition("\n")[2]

    def _git(
        self,
        *arguments: str,
        index: Path | None = None,
        tree: Path | None = None,
    ) -> str:
        """Run git with an index of its own, or in another tree, without attributes of the repository."""
        variables = {**os.environ, **_NAMED, "GIT_TERMINAL_PROMPT": "0"}
        if index:
            variables["GIT_INDEX_FILE"] = str(index)
        if tree:
            variables["GIT_DIR"] = self._read_last_line("rev-parse", "--absolute-git-dir")
            variables["GIT_WORK_TREE"] = str(tree)
        return run_git(tree or self.repository, arguments, variables, _BYTES_AS_THEY_ARE)


def _join_failures(night: BaseException, second: ToolError) -> BaseException:
    """Join what failed in a night with what failed after it; Ctrl-C and the like stay what they are."""
    return ToolError(f"{night}; and {second}") if isinstance(night, ToolError | UserError) else night


@contextmanager
def _make_index() -> Iterator[Path]:
    """Make an index of its own, so that the repository's is never touched."""
    with tempfile.TemporaryDirectory(prefix="goldens-index-") as folder:
        yield Path(folder) / "index"
