"""Texts of artifacts: lines, tokens, spelling, and the words of edits."""
