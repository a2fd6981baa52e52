"""Benchmarks: how fast a check is, against PyTorch alone, which traces and runs the same."""
