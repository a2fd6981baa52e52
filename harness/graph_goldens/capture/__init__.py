"""Capture: all that runs inside an environment, and nothing else."""
