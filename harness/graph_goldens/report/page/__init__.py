"""The HTML report: one file that opens offline, with matrix, clusters, every drift and its pictures."""

from graph_goldens.report.page.render_page import render_page

__all__ = ["render_page"]
