"""Benchmarks: how fast a check is, against the bare tracing of the same programs."""
