"""The style of the classes' badges, from the table of classes."""

from graph_goldens.drift.classes import CLASS_ROWS, DriftClass


def build_badge_style() -> str:
    """Build a rule for the badge of each class, the worst first."""
    return "\n".join(map(_build_rule, sorted(CLASS_ROWS, reverse=True)))


def _build_rule(kind: DriftClass) -> str:
    colours = CLASS_ROWS[kind].colours
    parts = {"--fill": colours.fill, "--edge": colours.edge, "--text": colours.text}
    if colours.border != "solid":
        parts["border-style"] = colours.border
    inside = " ".join(f"{name}: {value};" for name, value in parts.items())
    return f'.badge[data-kind="{kind.value}"] {{ {inside} }}'
