"""Tracing: named ways to get graphs out of a case; the only place that imports torch."""
