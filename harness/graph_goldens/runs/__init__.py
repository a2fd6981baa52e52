"""Runs: the records of one environment, what is chosen of them, and what was found about each."""
