"""A C++ compiler that a test writes: it says what it read, and makes a file that is no library."""

from pathlib import Path

# The last argument is the file to make; what was read is the source, and what stands in `headers`.
READS = """
while [ $# -gt 1 ]; do
  case $1 in *.cpp) source=$1;; -MF) rule=$2;; esac
  shift
done
[ -n "$rule" ] && echo "library: $source \\\\
 $(cat headers 2> /dev/null)" > "$rule"
out=$1
"""


def write_compiler(file: Path, before: str = "", made: str = "made") -> Path:
    """Write a compiler that runs some shell text before it compiles, and makes a file of some words."""
    version = '[ "$1" = --version ] && echo "c++ 1.0" && exit\n'
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\n{version}{before}\n{READS}echo {made} > "$out"\n')
    file.chmod(0o755)
    return file
