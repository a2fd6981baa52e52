"""Follow goldens across versions, and compare those of two versions. Needs no PyTorch."""

from collections.abc import Sequence

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.gate.held_goldens import select_goldens
from graph_goldens.gate.meant_versions import demand_captured
from graph_goldens.gate.policy_rules import SeverityPolicy
from graph_goldens.gate.severity_policy import judge_comparison, judge_history
from graph_goldens.goldens.comparison import Comparison, compare_versions
from graph_goldens.goldens.history import History, trace_history
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions


def find_histories(
    goldens: Goldens, case: str, paths: Sequence[str], policy: SeverityPolicy
) -> list[History]:
    """Follow the goldens that are meant through the supported versions and those that have an overlay.

    Raises:
        UserError: there are none, or one cannot be read.
    """
    versions = list_watched_versions(goldens)
    keys = select_goldens(goldens, case, paths)
    return [judge_history(policy, trace_history(goldens, *key, versions)) for key in keys]


def find_differences(
    goldens: Goldens,
    case: str,
    paths: Sequence[str],
    versions: tuple[Version, Version],
    policy: SeverityPolicy,
) -> Comparison:
    """Hold what one version resolves to against what another does, for the goldens that are meant.

    Raises:
        UserError: there are none, none resolves for both versions, one cannot be read, or a version is one
            that nobody captured.
    """
    compared = compare_versions(goldens, select_goldens(goldens, case, paths), *versions)
    if not compared.differences:
        first, *others = compared.absent
        rest = f"; and {len(others)} more like it" if others else ""
        raise UserError(f"{first.sentence}{rest}")
    for version in versions:
        demand_captured(version, goldens)
    return judge_comparison(policy, compared)
