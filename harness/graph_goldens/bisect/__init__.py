"""Bisection: the first PyTorch version that changed a record."""
