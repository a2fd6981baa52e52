"""A shell completes commands and options, as its script is printed."""

import subprocess
import sys
from pathlib import Path

import pytest

BASH = """
eval "$(goldens completion bash)"
COMP_WORDS=({words}); COMP_CWORD={place}
_goldens_completion goldens
echo "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "completed"),
    [("goldens bis", "bisect"), ("goldens bisect --kee", "--keep-environments"), ("goldens nothing", "")],
)
def test_bash_completes_what_was_begun(words: str, completed: str) -> None:
    script = BASH.format(words=words, place=len(words.split()) - 1)
    path = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    ended = subprocess.run(["bash", "-c", script], env=path, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == completed


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_scripts_too(shell: str) -> None:
    command = [str(Path(sys.executable).with_name("goldens")), "completion", shell]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "_GOLDENS_COMPLETE" in ended.stdout
