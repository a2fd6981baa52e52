"""The style of the classes' badges, from the table of classes."""

from graph_goldens.drift.classes import CLASS_ROWS, DriftClass, Severity


def build_badge_style() -> str:
    """Build the rules for the badge of each class, the worst first."""
    return "\n".join(map(_build_rule, sorted(CLASS_ROWS, reverse=True)))


def _build_rule(kind: DriftClass) -> str:
    colours = CLASS_ROWS[kind].colours
    parts = {"--fill": colours.fill, "--edge": colours.edge, "--text": colours.text}
    if colours.border != "solid":
        parts["border-style"] = colours.border
    inside = " ".join(f"{name}: {value};" for name, value in parts.items())
    return f'.badge[data-kind="{kind.value}"] {{ {inside} }}\n{_build_judged_rule(kind)}'


def _build_judged_rule(kind: DriftClass) -> str:
    """Build the rule for a badge of what the project judges otherwise than by its class.

    What does not matter is empty and has a broken border, as the cosmetic classes have; what matters has
    a whole one.
    """
    if kind.severity is Severity.SEMANTIC:
        judged, inside = Severity.COSMETIC, "--fill: transparent; --text: var(--quiet); border-style: dashed;"
    else:
        judged, inside = Severity.SEMANTIC, "border-style: solid; box-shadow: inset 0 0 0 1px var(--edge);"
    return f'.badge[data-kind="{kind.value}"][data-severity="{judged.value}"] {{ {inside} }}'
