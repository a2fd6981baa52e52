"""Hold goldens against the claims of their cases, version by version. Needs no PyTorch."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from packaging.version import Version

from graph_goldens.cases.claim_answers import ClaimAnswer, answer_claims, holds_for
from graph_goldens.cases.claim_sources import WrittenClaims, read_written_claims
from graph_goldens.cases.claims import Claim, Raises, select_paths, word_claim
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.resolved_goldens import ResolvedGoldens, resolve_goldens
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.graphs.pattern_reader import PatternError
from graph_goldens.keys import Key
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.selection import Selection


@dataclass(frozen=True)
class BrokenClaim:
    """A claim that goldens contradict, or that none of them answers.

    Attributes:
        case: the case's full name.
        path: the tracing path's name; empty where it is about the case.
        sentence: what is wrong.
        versions: the versions for which that is so, oldest first.
    """

    case: str
    path: str
    sentence: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class GoldenClaims:
    """What goldens say of the claims of their cases.

    Attributes:
        versions: the versions whose goldens were asked.
        broken: the claims that do not hold.
        held: how many claims were asked about that hold.
        goldens: how many goldens answered.
        computed: the cases of which only a capture checks some claims, as these are computed, or as a golden
            does not keep what they ask of an exception: how many.
        elsewhere: how many claims are of versions or tracing paths that were not asked about.
    """

    versions: tuple[Version, ...]
    broken: tuple[BrokenClaim, ...]
    held: int
    goldens: int
    computed: Mapping[str, int]
    elsewhere: int = 0

    @property
    def exit_code(self) -> ExitCode:
        """How a command ends that found this."""
        return ExitCode.BROKEN_CLAIM if self.broken else ExitCode.SAME


def check_golden_claims(project: Project, selection: Selection, versions: Sequence[Version]) -> GoldenClaims:
    """Hold what versions resolve to against the claims that case modules write out.

    Raises:
        UserError: there are no goldens, the selection matches nothing, or a golden cannot be read.
    """
    resolved = resolve_goldens(project, selection, versions)
    cases = {key.case for key in resolved.held}
    written = {case: each for case, each in read_written_claims(project.cases).items() if case in cases}
    asked = _Asked(open_fixed_goldens(project), resolved, every_path=not selection.paths)
    found = [each for case, claims in written.items() for each in asked.check_case(case, claims)]
    wrong = {(each.case, claim) for each, claim in found}
    left = Counter(case for case, _ in asked.left)
    left.update({case: each.computed for case, each in written.items() if each.computed})
    return GoldenClaims(
        resolved.versions,
        tuple(_join_versions(each for each, _ in found)),
        held=sum(len(each.claims) for each in written.values())
        - len(wrong | asked.elsewhere)
        - len(asked.left),
        goldens=len(asked.answering),
        computed=left,
        elsewhere=len(asked.elsewhere),
    )


@dataclass
class _Asked:
    """The goldens that are asked, and those that answered.

    Attributes:
        answering: the files that answered.
        left: the claims, by case and in words, that only a capture can answer.
        elsewhere: the claims, by case and number, of versions or tracing paths that were not asked about.
    """

    goldens: Goldens
    resolved: ResolvedGoldens
    every_path: bool
    answering: set[object] = field(default_factory=set)
    left: set[tuple[str, str]] = field(default_factory=set)
    elsewhere: set[tuple[str, int]] = field(default_factory=set)

    def check_case(self, case: str, written: WrittenClaims) -> Iterator[tuple[BrokenClaim, int]]:
        """Yield the claims of a case that do not hold, with their numbers."""
        keys = [key for key in self.resolved.held if key.case == case]
        for number, claim in enumerate(written.claims):
            if self._is_elsewhere(claim, keys):
                self.elsewhere.add((case, number))
            else:
                yield from ((broken, number) for broken in self._check_claim(case, claim, keys))

    def _is_elsewhere(self, claim: Claim, keys: Sequence[Key]) -> bool:
        """Whether a claim is of nothing that was asked about, and of something else that there is."""
        if not select_paths(claim, [key.path for key in keys]):
            return not self.every_path
        asked = any(holds_for(claim.torch, str(each)) for each in self.resolved.versions)
        return not asked and any(holds_for(claim.torch, str(each)) for each in self._watched)

    @cached_property
    def _watched(self) -> Sequence[Version]:
        return list_watched_versions(self.goldens)

    def _check_claim(self, case: str, claim: Claim, keys: Sequence[Key]) -> Iterator[BrokenClaim]:
        said = f"claimed {word_claim(claim)}"
        paths = select_paths(claim, [key.path for key in keys])
        versions = [each for each in self.resolved.versions if holds_for(claim.torch, str(each))]
        if not (paths and versions):
            what = f"by {', '.join(claim.paths)}" if not paths else f"for PyTorch {claim.torch}"
            yield BrokenClaim(case, "", f"{said} {what}, of which there is no golden", self.resolved.versions)
            return
        for version in versions:
            try:
                answers = list(self._ask(claim, [key for key in keys if key.path in paths], version))
            except PatternError as error:
                yield BrokenClaim(case, "", f"{said}: {error}", self.resolved.versions)
                return
            for key, answer in answers:
                if answer.problem:
                    yield BrokenClaim(case, key.path, answer.problem, (version,))
            if not answers or any(answer.answered for _, answer in answers):
                continue
            if isinstance(
                claim, Raises
            ):  # a golden keeps neither an exception's bases nor all of its message
                self.left.add((case, said))
            elif self.every_path:
                yield BrokenClaim(case, "", f"{said}, which no golden of the case answers", (version,))

    def _ask(self, claim: Claim, keys: Sequence[Key], version: Version) -> Iterator[tuple[Key, ClaimAnswer]]:
        for key in keys:
            golden = self.goldens.resolve(*key, version)
            for answer in answer_claims([claim], golden.record, str(version)) if golden else ():
                self.answering.update({self.resolved.held[key][version].file} if answer.answered else ())
                yield key, answer


def _join_versions(found: Iterable[BrokenClaim]) -> Iterator[BrokenClaim]:
    """Join what is told of several versions alike."""
    joined: dict[tuple[str, str, str], dict[Version, None]] = {}
    for each in found:
        joined.setdefault((each.case, each.path, each.sentence), {}).update(dict.fromkeys(each.versions))
    for (case, path, sentence), versions in joined.items():
        yield BrokenClaim(case, path, sentence, tuple(versions))
