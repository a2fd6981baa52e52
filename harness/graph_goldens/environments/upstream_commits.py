"""Commits of a clone of PyTorch between two builds that touch what defines what changed, best first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.environments.git_command import run_git
from graph_goldens.errors import ToolError, UserError

_COMMIT = "\x1e"
_FIELD = "\x1f"
_PLAIN = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0", "HOME": "/"}
_HASH = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True)
class UpstreamCommit:
    """A commit that may be why graphs changed.

    Attributes:
        commit: its hash.
        subject: the first line of its message.
        files: the files by which it was judged.
        because: by what it was judged, in words.
    """

    commit: str
    subject: str
    files: tuple[str, ...]
    because: str


def list_upstream_commits(
    clone: Path, before: str, after: str, names: Sequence[str], places: Sequence[str]
) -> list[UpstreamCommit]:
    """List the commits between two that change lines naming what changed, in the files that may define it.

    Those whose subject names it come first, then those that touch most of these files, then the newest.

    Args:
        clone: a clone of PyTorch.
        before: the commit of the older build.
        after: the commit of the newer build.
        names: names of operators; where there are none, every commit that touches the places is listed.
        places: files and folders of the clone that may define them.

    Raises:
        UserError: the folder is no clone, or does not hold one of the commits.
        ToolError: git fails or takes too long.
    """
    for commit in (before, after):
        _demand_commit(clone, commit)
    pattern = rf"(^|[^[:alnum:]_])({'|'.join(map(re.escape, names))})([^[:alnum:]_]|$)"
    search = ["-E", "-G", pattern] if names else []
    form = f"--format={_COMMIT}%H{_FIELD}%s"
    arguments = ["log", "--no-merges", "--name-only", form, *search, f"{before}..{after}", "--", *places]
    found = list(_read_log(run_git(clone, arguments, _PLAIN), names))
    return sorted(found, key=lambda each: (-_count_named(each.subject, names), -len(each.files)))


def _demand_commit(clone: Path, commit: str) -> None:
    if not _HASH.fullmatch(commit):
        raise UserError(f"{commit!r} is not the hash of a commit")
    try:
        run_git(clone, ["cat-file", "-e", f"{commit}^{{commit}}"], _PLAIN)
    except ToolError:
        raise UserError(
            f"{clone} does not hold commit {commit}; give a clone of PyTorch, and fetch there"
        ) from None


def _read_log(text: str, names: Sequence[str]) -> Iterator[UpstreamCommit]:
    for entry in text.split(_COMMIT)[1:]:
        head, *lines = entry.splitlines()
        commit, _, subject = head.partition(_FIELD)
        files = tuple(line for line in lines if line)
        if files:
            yield UpstreamCommit(commit, subject, files, _word_reason(subject, files, names))


def _word_reason(subject: str, files: Sequence[str], names: Sequence[str]) -> str:
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    if not names:
        return f"touches {files[0]}{more}"
    named = [name for name in names if _names(subject, name)]
    said = f"its subject names {', '.join(named)}; " if named else ""
    return f"{said}changes lines that name {' or '.join(names)} in {files[0]}{more}"


def _count_named(subject: str, names: Sequence[str]) -> int:
    return sum(_names(subject, name) for name in names)


def _names(subject: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", subject) is not None
