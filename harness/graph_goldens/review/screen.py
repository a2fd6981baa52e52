"""The screen of a review: one cluster, one of its goldens, and what may be typed, in any size of terminal."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rich.syntax import Syntax
from rich.text import Text

from graph_goldens.drift.drift import Drift
from graph_goldens.goldens.format import Golden, render
from graph_goldens.report.cluster_text import format_also, format_key, format_record, style_pending
from graph_goldens.report.drift_text import ALL, format_all, format_edits, wrap_line
from graph_goldens.runs.pending import PendingCluster, PendingRecord
from graph_goldens.words import format_count

HELP = """
 a  A     accept this cluster, or all of its class: records become goldens
 r  R     reject it, or all of its class: not offered again until it changes
 t        it is known: counted apart for everybody, until a day if you give one
 s  u     skip it for now; undo the last step
 g        accept the golden that is looked at alone
 l  /     list what is left and go to a number; show only what holds a text

 d  p     what differs; the source of the case's program
 o  n     the golden as it is, the record as it would be

 ← →      the golden before, the next one (also k and j)
 ↑ ↓      a line up or down; space and b turn pages
 q        leave: what was not decided stays pending

Every step is a command too: goldens pending, goldens accept, goldens triage, goldens reject
"""

_KEYS = (
    "a accept   t known   r reject   s skip   A accept all {name}   R reject all {name}",
    "d diff  o old  n new  p program   ←→ golden   space/b page   ? help   q quit",
)


class View(enum.Enum):
    """What of a golden is looked at."""

    DIFF = "diff"
    OLD = "old"
    NEW = "new"
    PROGRAM = "program"
    HELP = "help"


@dataclass(frozen=True)
class Looking:
    """What is looked at.

    Attributes:
        cluster: the cluster.
        number: which it is of those to review, from 1.
        count: how many there are to review.
        golden: which of its records is looked at, from 0.
        view: what of it.
        top: the first line of that on the screen, from 0.
        programs: the source of each case's program, where it was found.
        message: what happened last.
    """

    cluster: PendingCluster
    number: int
    count: int
    golden: int = 0
    view: View = View.DIFF
    top: int = 0
    programs: Mapping[str, str] = field(default_factory=dict)
    message: str = ""

    @property
    def record(self) -> PendingRecord:
        """The record that is looked at."""
        return self.cluster.records[self.golden]


@dataclass(frozen=True)
class Screen:
    """What fills a terminal.

    Attributes:
        lines: as many as it is high, none wider than it is.
        page: how many lines of what is looked at fit on it.
        last: the greatest useful first line.
    """

    lines: tuple[Text, ...]
    page: int
    last: int


_VIEWS = {"d": View.DIFF, "o": View.OLD, "n": View.NEW, "p": View.PROGRAM, "?": View.HELP}
_GOLDENS = {"left": -1, "k": -1, "right": 1, "j": 1}
_LINES = {"up": -1, "down": 1, "enter": 1}
_PAGES = {" ": 1, "page down": 1, "b": -1, "page up": -1}


def move_view(looking: Looking, key: str, screen: Screen) -> Looking:
    """Return what is looked at after a key that decides nothing; any other key changes nothing."""
    looking = replace(looking, message="")
    if key in _VIEWS:
        again = _VIEWS[key] is View.HELP and looking.view is View.HELP
        return replace(looking, view=View.DIFF if again else _VIEWS[key], top=0)
    if key in _GOLDENS:
        golden = (looking.golden + _GOLDENS[key]) % len(looking.cluster.records)
        return replace(looking, golden=golden, top=0)
    step = _LINES.get(key, 0) + _PAGES.get(key, 0) * screen.page
    return replace(looking, top=min(max(0, looking.top + step), screen.last))


def draw(looking: Looking, width: int, height: int) -> Screen:
    """Lay out what is looked at for a terminal of some size."""
    head, foot = _draw_head(looking, width, height), _draw_foot(looking, width)
    page = max(1, height - len(head) - len(foot))
    body = [line for each in _draw_body(looking, width, height) for line in wrap_line(each, width)]
    last = max(0, len(body) - page)
    top = min(looking.top, last)
    shown = body[top : top + page]
    rest = [Text()] * (page - len(shown))
    where = _draw_position(top, len(shown), len(body), width)
    lines = [*head, *shown, *rest, where, *foot[1:]]
    return Screen(tuple(_cut(line, width) for line in lines[:height]), page, last)


def _draw_head(looking: Looking, width: int, height: int) -> list[Text]:
    cluster = looking.cluster
    label = style_pending(cluster)
    title = Text.assemble(
        (f"{looking.number} of {looking.count}  ", "dim"),
        label,
        f" · {format_count(len(cluster.records), 'golden')} · ",
        (cluster.fingerprint, "bold cyan"),
        (f" · torch {looking.record.torch}", "dim"),
    )
    said = _draw_edits(cluster, width, height)
    return [title, *said, *wrap_line(_draw_record_line(looking), width), _draw_rule(width)]


def _draw_edits(cluster: PendingCluster, width: int, height: int) -> list[Text]:
    """Say what changed in words; a small terminal keeps its lines for the difference, which repeats them."""
    said = (*format_edits(cluster.drifts.edits, ALL), *format_also(cluster.drifts)) if cluster.drifts else ()
    lines = [line for each in said for line in wrap_line(each, width)]
    most = max(2, height // 10)
    return lines if len(lines) <= most else [*lines[: most - 1], Text("  …", "dim")]


def _draw_record_line(looking: Looking) -> Text:
    record, count = looking.record, len(looking.cluster.records)
    place = f"golden {looking.golden + 1} of {count}  " if count > 1 else ""
    unproved = "" if record.proved else "  not proved reproducible"
    return Text.assemble((place, "dim"), format_key(record.key), (unproved, "yellow"))


def _draw_foot(looking: Looking, width: int) -> list[Text]:
    keys = [Text(line.format(name=looking.cluster.class_name), "dim") for line in _KEYS]
    said = [Text(f" {looking.message}", "bold yellow")] if looking.message else []
    return [_draw_rule(width), *(piece for line in (*said, *keys) for piece in wrap_line(line, width))]


def _draw_rule(width: int) -> Text:
    return Text("─" * width, "dim")


def _draw_position(top: int, shown: int, total: int, width: int) -> Text:
    if shown == total:
        return _draw_rule(width)
    words = f" lines {top + 1}-{top + shown} of {total} "
    return Text(f"──{words}{'─' * max(0, width - len(words) - 2)}", "dim")


def _draw_body(looking: Looking, width: int, height: int) -> Sequence[Text]:
    record = looking.record
    match looking.view:
        case View.DIFF:
            said = [line.plain for line in _draw_edits(looking.cluster, width, height)]
            return (
                _draw_differences(record.drift, said, width) if record.drift else list(format_record(record))
            )
        case View.OLD:
            golden = record.golden
            return _draw_golden(Golden(golden)) if golden else [Text("there is no golden yet", "dim")]
        case View.NEW:
            return _draw_golden(Golden(record.record))
        case View.PROGRAM:
            return _draw_program(looking.programs.get(record.record.case, ""))
        case View.HELP:
            return [Text(line) for line in HELP.strip("\n").split("\n")]


def _draw_differences(drift: Drift, said: Sequence[str], width: int) -> list[Text]:
    """List what differs, in words only where the head does not say the same."""
    edits = list(format_edits(drift.edits, ALL))
    words = [line.plain for edit in edits for line in wrap_line(edit, width)]
    return [*format_all(drift)] if words == said else [*edits, Text(), *format_all(drift)]


def _draw_golden(golden: Golden) -> list[Text]:
    lines = render(golden).decode().rstrip("\n").split("\n")
    return [Text(line, "bold" if line.startswith("#") else "") for line in lines]


def _draw_program(source: str) -> list[Text]:
    if not source:
        return [Text("its source was not found: the case is made by something else than a function", "dim")]
    syntax = Syntax("", "python", theme="ansi_dark", background_color="default")
    return list(syntax.highlight(source.rstrip("\n")).split("\n", allow_blank=True))


def _cut(line: Text, width: int) -> Text:
    cut = line.copy()
    cut.truncate(width, overflow="ellipsis")
    cut.no_wrap = True
    return cut
