"""Reports: what a run found, as people and programs read it."""
