"""The HTML report: one file that opens offline, with matrix, clusters, every drift and its pictures."""

from harness.reports.page.render import render_page

__all__ = ["render_page"]
