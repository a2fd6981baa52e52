"""What a capture may use where nobody says otherwise."""

DEFAULT_MEMORY = 4 << 30
"""Bytes beyond what its worker has."""
DEFAULT_SECONDS = 60.0
"""How long a case module may take to import, and a case to build."""
