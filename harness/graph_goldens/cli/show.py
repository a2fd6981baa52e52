"""`goldens show`."""

import json
from collections.abc import Iterator, Sequence

from packaging.version import Version

from graph_goldens.cli import options
from graph_goldens.cli.output import is_coloured, print_json, print_lines
from graph_goldens.cli.project import open_project
from graph_goldens.gate.held_goldens import ListedGolden, find_goldens
from graph_goldens.gate.places import open_goldens
from graph_goldens.late_parts import load_part
from graph_goldens.records import Json
from graph_goldens.versions import parse_version


def show(
    case: options.OneCase,
    *,
    path: options.Paths = None,
    torch: options.Torch = "",
    as_json: options.AsJson = False,
    places: options.Places,
) -> int:
    """Show the goldens of a case, as they hold for a PyTorch version. Needs no PyTorch.

    Example: goldens show torchbind/attribute --path export
    """
    project = open_project(places)
    version = parse_version(torch) if torch else project.default
    found = find_goldens(open_goldens(project), case, path or (), version)
    if as_json:
        print_json(_encode_found(found, version, bool(path)))
    elif is_coloured():
        load_part("a golden in colours")(found)
    else:
        print_lines(line for listed in found for line in _list_lines(listed))
    return 0


def _encode_found(found: Sequence[ListedGolden], version: Version, by_path: bool) -> Json:
    shown = [_encode_golden(listed, version) for listed in found]
    if by_path and len(shown) == 1:
        return shown[0]
    return list(shown)


def _encode_golden(listed: ListedGolden, version: Version) -> Json:
    record = listed.golden.record
    return {
        "case": record.case,
        "path": record.path,
        "torch": str(version),
        "outcome": record.outcome.value,
        "reason": record.reason,
        "facts": dict(record.facts),
        "artifacts": {artifact.name: artifact.text for artifact in record.artifacts},
        "rules": record.rules,
        "source": record.source,
        "because": listed.golden.because,
        "file": str(listed.file),
    }


def _list_lines(listed: ListedGolden) -> Iterator[str]:
    """List what is shown of a golden where there are no colours."""
    record = listed.golden.record
    yield from (" · ".join(record.key), str(listed.file))
    if listed.golden.because:
        yield f"because: {listed.golden.because}"
    yield record.outcome.value
    if record.reason:
        yield from record.reason.split("\n")
    yield from (f"  {name}: {json.dumps(value)}" for name, value in record.facts.items())
    for artifact in record.artifacts:
        yield from ("", artifact.name, *artifact.text.split("\n"))
    yield ""
