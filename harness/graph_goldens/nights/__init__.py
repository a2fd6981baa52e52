"""Nights: the newest build held against the goldens and the night before, and what there is to tell of it."""
