"""Short names: of the classes, and of the page's places, which a link to one of them ends in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from graph_goldens.drift.classes import CLASS_ROWS, DriftClass
from graph_goldens.keys import Key
from graph_goldens.report.model import Section
from graph_goldens.words import make_visible

_PLAIN = "/=~:@,+"

# What a class is called where there is room for two letters.
CODES: Mapping[DriftClass, str] = {kind: row.code for kind, row in CLASS_ROWS.items()}


def name_sections(sections: Sequence[Section]) -> tuple[str, ...]:
    """Name sections by their newer sides; a name that comes again gets a number."""
    seen: Counter[str] = Counter()
    names = []
    for section in sections:
        seen[section.after] += 1
        again = f"~{seen[section.after]}" if seen[section.after] > 1 else ""
        names.append(f"{section.after}{again}")
    return tuple(names)


def name_drift(section: str, key: Key) -> str:
    """Name a drift by its section, case and tracing path."""
    return "/".join(("drift=" + section, *key))


def build_link(name: str) -> str:
    """Build the link to a place of the page: a fragment, whatever the name says, as the page shows it."""
    return "#" + quote(make_visible(name), safe=_PLAIN)
