"""Environments: make and describe them, build packs' libraries for them, and run workers in them."""
