"""What may become a golden of a run that was captured before: one rule, whichever door it comes through.

`goldens accept`, `goldens review` and `goldens update --from-run` ask here. `goldens update` itself has just
captured twice what it writes, from the cases as they are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from graph_goldens.errors import UserError
from graph_goldens.keys import Key
from graph_goldens.records import Outcome, Record
from graph_goldens.runs.pending import PendingCluster, PendingRecord
from graph_goldens.runs.run import Run
from graph_goldens.runs.selection import Selection

FLEETING = (Outcome.CRASH, Outcome.TIMEOUT)


def demand_acceptable(clusters: Sequence[PendingCluster], because: str) -> None:
    """Refuse what must not be accepted as it is.

    Raises:
        UserError: a reason is missing, or a record was never proved reproducible.
    """
    for cluster in clusters:
        if cluster.needs_reason and not because.strip():
            raise UserError(
                f'{cluster.fingerprint} is semantic drift: say why it is right with --because "…", '
                "which is kept in each golden"
            )
        for record in cluster.records:
            if not record.proved:
                raise UserError(_explain_unproved(cluster, record))


def list_named(run: Run, selection: Selection) -> set[Key]:
    """List the records whose case was named outright, not by its pack or a pattern."""
    names = set(selection.selectors)
    return {Key(case, path) for case, path in run.captures if names & {case, case.rpartition("/")[2]}}


def demand_named(records: Iterable[Record], named: Collection[Key], way: str) -> None:
    """Refuse crashes and timeouts that nobody named: a machine that was short of something gives them too.

    Args:
        records: what is to be accepted.
        named: cases and tracing paths that a person named.
        way: how one is named, such as `name its cluster`.

    Raises:
        UserError: one of the records is a crash or a timeout, and was not named.
    """
    for record in records:
        if record.outcome in FLEETING and record.key not in named:
            raise UserError(
                f"{record.case} by {record.path} is a {record.outcome.value} ({record.reason}), which is "
                f"accepted only by name, so nothing is accepted; {way}, or capture it again"
            )


def demand_current(records: Iterable[Record], sources: Mapping[str, str]) -> None:
    """Refuse records of other revisions of their cases.

    Raises:
        UserError: the source of a case is known, and is not what one of its records was captured from.
    """
    for record in records:
        if is_outdated(record, sources):
            raise UserError(
                f"{record.case} by {record.path} was captured from another revision of its case, so nothing "
                f"is accepted; capture it again with `goldens check {record.case}`"
            )


def is_outdated(record: Record, sources: Mapping[str, str]) -> bool:
    """Tell whether the source of a record's case is known, and is another one now."""
    return bool(record.source) and sources.get(record.case, record.source) != record.source


def _explain_unproved(cluster: PendingCluster, record: PendingRecord) -> str:
    case, path = record.key
    where = f"{case} --path {path} --torch {record.version.public}"
    return (
        f"{cluster.fingerprint} was never proved reproducible for {case} by {path}, so nothing is accepted; "
        f"`goldens check {where}` proves it, and so does `goldens update {where}`"
    )
