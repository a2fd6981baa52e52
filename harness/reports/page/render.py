"""The page: a template filled with a report."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.reports.page.assets import load_assets
from harness.reports.page.data import page_data
from harness.reports.page.names import CODES
from harness.reports.page.overview import legend, view_sections
from harness.reports.page.visible import script_json, visible
from harness.reports.report import Report
from harness.reports.words import MEANINGS, headline, many


def render_page(report: Report) -> str:
    """Render a report as one HTML file, which needs nothing else and no network."""
    assets = load_assets()
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            sections=view_sections(report),
            legend=legend(),
            policy=assets.policy,
            early=Markup(assets.early),
            style=Markup(assets.style),
            script=Markup(assets.script),
            data=Markup(script_json(page_data(report))),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("harness.reports.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"codes": CODES, "meanings": MEANINGS, "headline": headline, "many": many}
    return environment


def _shown(value: object) -> object:
    """Let a reader see what a text holds; `Markup` is what the page itself carries."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
