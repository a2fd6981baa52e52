"""The worker: one process in one environment that imports torch once and forks a child for each capture."""
