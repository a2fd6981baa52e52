"""No rule is worse than linear in the length of a text."""

import subprocess
import sys
from pathlib import Path

from tests.capture.normalise.worst_texts import WORST, list_rules

SCRIPT = Path(__file__).with_name("worst_texts.py")
HANGS = 120.0
"""Seconds; the square of a megabyte's length takes hours."""


def test_every_rule_has_worst_texts_and_ends_with_a_megabyte_of_each() -> None:
    names = [rule.__name__ for rule in list_rules()]
    assert set(names) == WORST.keys()
    ended = subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True, timeout=HANGS
    )
    assert ended.stdout.split() == names
