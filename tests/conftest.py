"""What all tests share: the records of this project, for `tests/test_goldens.py`."""

from hypothesis import settings

pytest_plugins = ["harness.gate.pytest_plugin"]

settings.register_profile("steady", deadline=None)  # no test asserts a time: machines are slow and shared
settings.load_profile("steady")
