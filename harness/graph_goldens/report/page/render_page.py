"""The page: a template filled with a report."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from graph_goldens.drift.classes import DriftClass
from graph_goldens.report.model import Report
from graph_goldens.report.page.assets import load_assets
from graph_goldens.report.page.data import build_page_data
from graph_goldens.report.page.overview import build_legend, view_sections
from graph_goldens.report.page.page_links import CODES
from graph_goldens.report.page.script_json import encode_for_script, pack_for_script
from graph_goldens.report.phrases import MEANINGS, describe_report
from graph_goldens.runs.release_commits import link_commit
from graph_goldens.words import format_count, join_some, make_visible


def render_page(report: Report) -> str:
    """Render a report as one HTML file, which needs nothing else and no network."""
    assets = load_assets()
    data = build_page_data(report)
    return (
        make_environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            sections=view_sections(report),
            legend=build_legend(report),
            classes=sorted(DriftClass, reverse=True),
            policy=assets.policy,
            early=Markup(assets.early),
            style=Markup(assets.style),
            script=Markup(assets.script),
            data=Markup(encode_for_script(data.report)),
            texts=Markup(pack_for_script(data.texts)),
        )
    )


def make_environment() -> Environment:
    """Make what fills the page's templates: everything is escaped, and what cannot be seen is shown."""
    environment = Environment(
        loader=PackageLoader("graph_goldens.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_escape_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "codes": CODES,
        "commit_link": link_commit,
        "meanings": MEANINGS,
        "describe_report": describe_report,
        "format_count": format_count,
        "join_some": join_some,
    }
    return environment


def _escape_text(value: object) -> object:
    """Let a reader see what a text holds; `Markup` is what the page itself carries."""
    return make_visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
