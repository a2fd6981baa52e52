"""Review: what is pending, and what a person decides about it."""
