"""syrupy's assertion, as the pytest session sees it: what went wrong where one failed."""

from syrupy.assertion import SnapshotAssertion

__all__ = ["SnapshotAssertion", "find_problem"]


def find_problem(assertion: SnapshotAssertion) -> str:
    """Say why a golden could not be read or written, where that is why its last assertion failed."""
    results = assertion.executions
    error = results[max(results)].exception if results else None
    if isinstance(error, OSError):
        return f"cannot write {error.filename}: {error.strerror}"
    return str(error) if error else ""
