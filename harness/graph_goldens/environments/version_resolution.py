"""Find, with uv, which PyTorch versions are offered and which one `latest` or `nightly` is today."""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.environments.builds import CONFIGURED, PACKAGE, Build, Indexes, describe_release
from graph_goldens.environments.processes import Finished, TookTooLongError, run
from graph_goldens.environments.uv_command import (
    compose_uv_environment,
    find_uv,
    list_pip_arguments,
    summarise_uv_output,
)
from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import explain_os_error
from graph_goldens.versions import make_public, parse_version

_SECONDS = 300.0
_NO_SOLUTION = 1
_MOST_SAID = 12
_COMPILE = (
    *("pip", "compile", "--quiet", "--no-header", "--no-annotate"),
    *("--no-deps", "--no-build", "--resolution", "highest"),
)


@dataclass(frozen=True)
class Resolution:
    """The build that a request such as `nightly` stands for.

    Attributes:
        asked: what was asked for, such as `nightly`.
        version: the version that it stands for now.
        build: what an environment of it holds.
    """

    asked: str
    version: Version
    build: Build

    def __str__(self) -> str:
        found = f"PyTorch {self.version}"
        return f"{self.asked} is {found}" if self.asked in _FINDERS else found


@dataclass(frozen=True)
class _Offers:
    """Where versions are looked for: these indexes, this Python, wheel folders alone or not."""

    indexes: Indexes
    python: str
    links_only: bool
    package: str = PACKAGE

    def find_newest(self, rules: Sequence[str] = (), *, prereleases: bool) -> Version | None:
        """Find the newest version that obeys some rules, such as `!=2.13.0`; None where there is none.

        Raises:
            ToolError: uv fails or reaches no index.
        """
        finished = self._compile(self.package + ",".join(rules), prereleases)
        found = re.search(rf"^{re.escape(self.package)}==([^\s;]+)", finished.output, re.MULTILINE)
        if finished.status == _NO_SOLUTION:
            return None
        if finished.status or not found:
            why = summarise_uv_output(finished.output)
            raise ToolError(f"cannot find which versions of {self.package} are offered: {why}")
        return Version(found[1])

    def _compile(self, requirement: str, prereleases: bool) -> Finished:
        with (
            explain_os_error("run uv"),
            tempfile.TemporaryDirectory(prefix="goldens-") as scratch,
        ):
            wanted = Path(scratch) / "requirements.in"
            wanted.write_text(requirement + "\n", encoding="utf-8")
            command = [find_uv(), *_COMPILE, *self._list_options(prereleases), str(wanted)]
            try:
                return run(command, compose_uv_environment(self.indexes), Path.cwd(), _SECONDS)
            except TookTooLongError:
                raise ToolError(
                    f"uv took more than {_SECONDS:.0f} seconds to find the versions of {self.package}"
                ) from None

    def _list_options(self, prereleases: bool) -> list[str]:
        allowed = "allow" if prereleases else "disallow"
        links = ["--no-index"] if self.links_only else list_pip_arguments()
        return ["--prerelease", allowed, "--python", self.python or sys.executable, *links]


def resolve(
    spec: str, indexes: Indexes = CONFIGURED, python: str = "", *, links_only: bool = False
) -> Resolution:
    """Find the build that a version, `latest` or `nightly` stands for; only the last two ask uv.

    The build is that of the version found, so its environment is used again as long as the answer stays
    the same.

    Args:
        spec: a version such as `2.13.0+cpu`; `latest`, the newest release that is offered for this Python
            and platform; `nightly`, the newest pre-release, which must be newer than all releases.
        indexes: where it is looked for.
        python: the Python that it is for, a path or a version; the host's when empty.
        links_only: whether it is looked for in folders and pages of wheels alone; what it depends on still
            comes from the indexes.

    Raises:
        UserError: it is not a version, or no such version is offered.
        ToolError: uv fails or reaches no index.
    """
    find = _FINDERS.get(spec)
    version = find(_Offers(indexes, python, links_only)) if find else parse_version(spec)
    return Resolution(spec, version, describe_release(str(version), indexes, python))


def list_offered_versions(
    indexes: Indexes = CONFIGURED,
    python: str = "",
    *,
    package: str = PACKAGE,
    prereleases: bool = False,
    oldest: Version | None = None,
    newest: Version | None = None,
    links_only: bool = False,
) -> list[Version]:
    """List the versions of a package that uv would install here, the oldest first.

    Versions whose wheels suit another Python or platform, versions of sources alone and yanked ones are
    left out; a version counts once for each local part. uv names one version at a time, in about 0.1 seconds.

    Args:
        indexes: where they are looked for.
        python: the Python that they are for, a path or a version; the host's when empty.
        package: the package.
        prereleases: whether pre-releases are wanted too.
        oldest: the first one to list; local parts are ignored.
        newest: the last one to list; local parts are ignored.
        links_only: whether they are looked for in folders and pages of wheels alone.

    Raises:
        ToolError: uv fails or reaches no index.
    """
    offers = _Offers(indexes, python, links_only, package)
    limits = [
        *([f">={make_public(oldest)}"] if oldest else []),
        *([f"<={make_public(newest)}"] if newest else []),
    ]
    return sorted(_find_each(offers, limits, prereleases))


def say_offered(build: Build) -> str:
    """Say which versions of PyTorch are offered where one is not, newest first, and where else to look."""
    offers = _Offers(build.indexes, build.python, links_only=False)
    found: list[str] = []
    try:
        for version in _find_each(offers, (), prereleases=False):
            found.append(str(version))
            if len(found) > _MOST_SAID:
                break
    except ToolError:  # what is said is said in addition
        pass
    more = ", …" if len(found) > _MOST_SAID else ""
    listed = ", ".join(found[:_MOST_SAID]) + more
    return f"offered for {_word_platform(offers)}: {listed or 'none'}; {_ELSEWHERE}"


def _find_each(offers: _Offers, limits: Sequence[str], prereleases: bool) -> Iterator[Version]:
    """Yield one version after the other, each time the newest that was not yielded yet.

    The newest local part comes first too, so `!=2.13.0`, which covers all local parts, hides none.
    """
    rules = list(limits)
    while (version := offers.find_newest(rules, prereleases=prereleases)) is not None:
        yield version
        rules.append(f"!={version}")


def _find_latest(offers: _Offers) -> Version:
    version = offers.find_newest(prereleases=False)
    if version is None:
        raise UserError(f"no release of PyTorch is offered for {_word_platform(offers)}; {_ELSEWHERE}")
    return version


def _find_nightly(offers: _Offers) -> Version:
    version = offers.find_newest(prereleases=True)
    if version is None:
        raise UserError(f"no PyTorch is offered for {_word_platform(offers)}; {_ELSEWHERE}")
    if not version.is_prerelease:
        raise UserError(f"no nightly newer than PyTorch {version}, a release, is offered; {_ELSEWHERE}")
    return version


def _word_platform(offers: _Offers) -> str:
    return f"Python {offers.python}" if offers.python else "this Python and platform"


_ELSEWHERE = "name a place that offers one with --index-url or --find-links"
_FINDERS: dict[str, Callable[[_Offers], Version]] = {"latest": _find_latest, "nightly": _find_nightly}
