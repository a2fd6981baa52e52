"""What all tests share: the records of this project, for `tests/test_goldens.py`."""

pytest_plugins = ["harness.gate.pytest_plugin"]
