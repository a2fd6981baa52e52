"""Captures on other machines: what they are asked for, and what they answer."""
