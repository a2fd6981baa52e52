"""What a check or an update found and did, and how that ends the command."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from packaging.version import Version

from graph_goldens.cases.case_folders import CaseFolders
from graph_goldens.cases.path_rows import FACTS_PATH, PATH_ROWS
from graph_goldens.drift.classes import Severity
from graph_goldens.gate.unused import find_unused_by_run
from graph_goldens.goldens.known_drift import NOTHING_STANDS, KnownStanding
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.store import ChangeKind, GoldenChange, Goldens
from graph_goldens.keys import Key
from graph_goldens.runs.exit_codes import ExitCode, choose_gravest
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict
from graph_goldens.versions import make_public


@dataclass(frozen=True)
class Result:
    """What a check or an update found and did.

    Attributes:
        run: the run.
        verdicts: what was found about each record, in the order of the run.
        unused: goldens that no case gives a record for, as far as a complete run shows.
        changes: what the store says became of each record that an update handed to it.
        stale: how many goldens of other versions were captured from an older revision of their case.
        of_build: how many goldens drifted that were captured from exactly this version, the same case and
            by the same rules.
        of_own_paths: as many of those that the project's own tracing paths give, by the path's name.
        saved: whether `goldens pending`, `accept` and `review` know the run: no part of one is kept that
            was captured before or elsewhere.
        known: how the project's decisions about known drift stand.
        accepted: the records that are as goldens say which were accepted since the last release before.
    """

    run: Run
    verdicts: Sequence[Verdict]
    unused: Sequence[StoredGolden] = ()
    changes: Mapping[Key, GoldenChange] = field(default_factory=dict)
    stale: int = 0
    of_build: int = 0
    of_own_paths: Mapping[str, int] = field(default_factory=dict)
    saved: bool = False
    known: KnownStanding = NOTHING_STANDS
    accepted: frozenset[Key] = frozenset()

    @cached_property
    def written(self) -> frozenset[Key]:
        """The records whose goldens were written: not those that another update had written meanwhile."""
        return frozenset(k for k, change in self.changes.items() if change.kind is not ChangeKind.UNCHANGED)

    @property
    def open_verdicts(self) -> Sequence[Verdict]:
        """What was found and is so still: what became a golden is no longer missing or drifted."""
        return [verdict for verdict in self.verdicts if verdict.record.key not in self.changes]

    def find_exit_code(self, fail_on: Severity = Severity.COSMETIC) -> ExitCode:
        """Find the code with which the command ends."""
        codes = [verdict.exit_code for verdict in self.open_verdicts]
        if fail_on is Severity.SEMANTIC:
            codes = [code for code in codes if code is not ExitCode.COSMETIC_DRIFT]
        if self.run.mistakes:
            codes.append(ExitCode.USAGE)
        if self.unused:
            codes.append(ExitCode.MISSING_OR_UNUSED)
        if self.known.gone:
            codes.append(ExitCode.KNOWN_DRIFT_GONE)
        return choose_gravest(codes)


def make_result(
    run: Run,
    verdicts: Sequence[Verdict],
    goldens: Goldens,
    cases: CaseFolders,
    changes: Mapping[Key, GoldenChange] | None = None,
    known: KnownStanding = NOTHING_STANDS,
) -> Result:
    """Put together what was found, with what the goldens on disk and the folder of packs say beside it."""
    unexplained = Counter(
        each.record.path for each in verdicts if not changes and _is_unexplained(each, goldens, run.version)
    )
    built_in = {path for path in unexplained if path in (*PATH_ROWS, FACTS_PATH)}
    return Result(
        run,
        verdicts,
        known=known,
        accepted=find_accepted(verdicts, goldens, run.version, goldens.supported),
        unused=find_unused_by_run(goldens, run, cases),
        changes=changes or {},
        stale=_count_stale(goldens, run),
        of_build=sum(unexplained[path] for path in built_in),
        of_own_paths={path: count for path, count in unexplained.items() if path not in built_in},
    )


def find_accepted(
    verdicts: Sequence[Verdict], goldens: Goldens, version: Version, supported: Sequence[Version]
) -> frozenset[Key]:
    """Find the records whose golden was accepted since the last supported release before a version.

    These are as the version's golden says, and that lies in an overlay which is newer than the release while
    an older one holds a golden too: the drift that was accepted.
    """
    public = make_public(version)
    release = max((each for each in map(make_public, supported) if each < public), default=None)
    held: dict[Key, list[Version]] = {}
    for stored in goldens.list_stored():
        if stored.version <= public:
            held.setdefault(stored.key, []).append(stored.version)
    keys = (each.record.key for each in verdicts if each.finding in (Finding.SAME, Finding.OLDER_SOURCE))
    return frozenset(
        key for key in keys if release and len(held.get(key, ())) > 1 and max(held[key]) > release
    )


def _count_stale(goldens: Goldens, run: Run) -> int:
    """Count goldens of other versions that were captured from an older revision of a case of the run."""
    own = {goldens.find_file(*key, run.version) for key in run.captures}
    sources = {key: capture.record.source for key, capture in run.captures.items()}
    others = (stored for stored in goldens.list_stored() if stored.file not in own and stored.key in sources)
    return sum(goldens.read_source(stored.file) != sources[stored.key] for stored in others)


def _is_unexplained(verdict: Verdict, goldens: Goldens, version: Version) -> bool:
    """Tell whether neither version, case nor rules explain a drift: then the environment does.

    The code of an own tracing path may explain it too, of which goldens hold no revision.
    """
    if verdict.finding is not Finding.DRIFTED or verdict.golden is None:
        return False
    key, accepted = verdict.record.key, verdict.golden.record
    own = goldens.find_file(*key, version) == goldens.locate_own(*key, version)
    record = verdict.record
    return own and (accepted.source, accepted.rules) == (record.source, record.rules)
