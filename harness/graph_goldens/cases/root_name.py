"""What the folder of packs is imported as, where a project says nothing else; light, for all commands."""

ROOT = "cases"
"""The usual import name of the folder of packs, whatever the folder is called; goldens hold it."""
