"""Records that were accepted: their text, where they lie, and which one holds for a version."""
