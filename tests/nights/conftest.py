"""The environment over which these tests' builds lie: made once, whichever test comes first."""

from tests.end_to_end.conftest import shared_environment

__all__ = ["shared_environment"]
