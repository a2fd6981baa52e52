"""What a capture may use where nobody says otherwise."""

DEFAULT_MEMORY = 4 << 30
"""Bytes beyond what its worker has."""
