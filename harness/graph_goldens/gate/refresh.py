"""The third flow: bring goldens of older rules to those of now, and refuse what the rules do not explain."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from packaging.version import Version

from graph_goldens.drift.compare import compare
from graph_goldens.gate.capture import Capturing
from graph_goldens.gate.check import mark_run
from graph_goldens.gate.home import find_home
from graph_goldens.gate.judge import CHANGED, judge_run, prove
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.gate.respell import list_older
from graph_goldens.gate.rule_changes import carry_forward
from graph_goldens.gate.watcher import Watcher
from graph_goldens.gate.write import open_writer
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.runs.exit_codes import ExitCode, choose_gravest
from graph_goldens.runs.run import Run, save_run
from graph_goldens.runs.selection import Selection
from graph_goldens.runs.verdict import Finding, Verdict

_MEANWHILE = "its golden changed meanwhile; refresh it again"


@dataclass(frozen=True)
class RefreshedGolden:
    """A golden that differs from its record by what newer rules brought, and by nothing else.

    Attributes:
        verdict: the record and its golden.
        kinds: the changes of the rules that made the difference.
    """

    verdict: Verdict
    kinds: tuple[str, ...]

    @property
    def reason(self) -> str:
        """What a person once wrote, which is kept."""
        return self.verdict.golden.because if self.verdict.golden else ""


@dataclass(frozen=True)
class Refreshed:
    """What became of the goldens that a PyTorch version resolves to.

    Attributes:
        torch: the version, with its local part.
        refreshed: the goldens that are of the rules of now since.
        refused: what is left as it was: drift that the rules do not explain, or records that are not sound.
        own: how many of them are the version's own; the others are as those of the version before.
        new: how many records have no golden at all.
    """

    torch: str
    refreshed: tuple[RefreshedGolden, ...] = ()
    refused: tuple[Verdict, ...] = ()
    own: int = 0
    new: int = 0

    @property
    def kinds(self) -> Mapping[str, int]:
        """How many goldens each change of the rules was found in."""
        return Counter(kind for golden in self.refreshed for kind in golden.kinds)

    @property
    def exit_code(self) -> ExitCode:
        """How the command ends: drift that is refused is as grave as semantic drift, whatever its class."""
        return choose_gravest(
            ExitCode.SEMANTIC_DRIFT if verdict.finding is Finding.DRIFTED else verdict.exit_code
            for verdict in self.refused
        )


@dataclass(frozen=True)
class _Sorted:
    """What the rules explain, and what they do not."""

    explained: list[RefreshedGolden] = field(default_factory=list)
    refused: list[Verdict] = field(default_factory=list)


def refresh(request: Request, watcher: Watcher) -> Refreshed:
    """Capture what has a golden of older rules, prove it, and write what differs by the rules alone."""
    goldens = open_goldens(request.project)
    with hold_environment(request, watcher) as capturing:
        torch, version = capturing.environment.torch, capturing.environment.version
        older = find_older(goldens, request.selection, version)
        if not older:
            return Refreshed(torch)
        run, verdicts = _capture_older(capturing, request, goldens, older)
    save_run(run, find_home(request.project))
    found = _sort_out([verdict for verdict in verdicts if verdict.record.key in older])
    new = sum(verdict.finding is Finding.MISSING for verdict in verdicts)
    return replace(_write(found, request, watcher, version), torch=torch, new=new)


def find_older(goldens: Goldens, selection: Selection, version: Version) -> frozenset[Key]:
    """Find the selected goldens that are of older rules, as they hold for a version.

    Raises:
        UserError: there are no goldens, or the selection matches none.
    """
    older = list_older(goldens, selection)
    return frozenset(each.key for each in older if goldens.find_file(*each.key, version) == each.file)


def _capture_older(
    capturing: Capturing, request: Request, goldens: Goldens, older: frozenset[Key]
) -> tuple[Run, Sequence[Verdict]]:
    """Capture, anew what is to be written, and once more to prove it."""
    run = capturing.run(request.selection)
    run = capturing.capture_anew(run, [key for key in run.captures if key in older])
    verdicts = judge_run(run, goldens)
    changed = [each for each in verdicts if each.finding in CHANGED and each.record.key in older]
    proved = {each.record.key: each for each in prove(changed, capturing.capture_again)}
    verdicts = [proved.get(each.record.key, each) for each in verdicts]
    return mark_run(run, list(proved.values())), verdicts


def _sort_out(verdicts: Sequence[Verdict]) -> _Sorted:
    found = _Sorted()
    for verdict in verdicts:
        if verdict.finding is not Finding.DRIFTED or verdict.golden is None:
            found.refused.append(verdict)
            continue
        carried = carry_forward(verdict.golden.record, verdict.record, verdict.record.rules)
        drift = compare(carried.record, verdict.record)
        if drift is None:
            found.explained.append(RefreshedGolden(verdict, carried.kinds))
        else:
            golden = Golden(carried.record, verdict.golden.because)
            found.refused.append(replace(verdict, golden=golden, drift=drift))
    return found


def _write(found: _Sorted, request: Request, watcher: Watcher, version: Version) -> Refreshed:
    """Write what is explained, unless its golden is another one by now."""
    done, refused, own = [], found.refused, 0
    if found.explained:
        watcher.note("writing goldens")
        with open_writer(request.project, "", watcher.note) as writer:
            for each in found.explained:
                if writer.goldens.resolve(*each.verdict.record.key, version) != each.verdict.golden:
                    refused = [*refused, replace(each.verdict, drift=None, problem=_MEANWHILE)]
                    continue
                file = writer.write(each.verdict.record, version, each.reason).file
                own += file == writer.goldens.locate_own(*each.verdict.record.key, version)
                done.append(each)
    return Refreshed("", tuple(done), tuple(refused), own)
