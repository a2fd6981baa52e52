"""What a person saw of a cluster, as a digest: another state of it has another."""

import hashlib
import json
from collections.abc import Iterator, Sequence

from graph_goldens.errors import UserError
from graph_goldens.review.remembered import identify
from graph_goldens.runs.pending import PendingCluster, PendingRecord

_LENGTH = 24


class StaleAnswerError(UserError):
    """An answer to what is no longer as it was shown."""


def digest_cluster(cluster: PendingCluster) -> str:
    """Digest what an answer to a cluster decides on: records, their goldens, the changes that are open."""
    content = [cluster.fingerprint, [*_describe(cluster.records)], [*_describe(cluster.sharing)]]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:_LENGTH]


def _describe(records: Sequence[PendingRecord]) -> Iterator[list[object]]:
    for each in sorted(records, key=lambda record: (record.version, record.key)):
        changes = sorted(change.fingerprint for change in each.open_changes)
        yield [each.torch, *identify(each.record, each.golden), changes]
