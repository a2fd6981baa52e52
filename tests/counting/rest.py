"""Say of each line that no test reached why that is, as `rest.toml` names it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import tomllib
from coverage import Coverage

REPOSITORY = Path(__file__).parents[2]
REASONS = Path(__file__).with_name("rest.toml")
UNNAMED = "no reason is named in tests/counting/rest.toml"


def main() -> int:
    """Print the lines that were not reached, by file and reason."""
    measured = Coverage(data_file=str(REPOSITORY / ".coverage"))
    measured.load()
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    for file in sorted(measured.get_data().measured_files()):
        name = str(Path(file).relative_to(REPOSITORY))
        _, _, _, missing, shown = measured.analysis2(file)
        if missing:
            print(f"{name}: {shown}")
            source = Path(file).read_text(encoding="utf-8").splitlines()
            for line in told(source, missing, reasons.get(name, {})):
                print(f"    {line}")
    return 0


def told(source: Sequence[str], missing: Sequence[int], reasons: Mapping[str, str]) -> Iterator[str]:
    """Give each reason with the lines that it is the reason of, those without one first."""
    found: dict[str, list[int]] = {UNNAMED: []}
    named = named_lines(source, reasons)
    for number in missing:
        found.setdefault(named.get(number, UNNAMED), []).append(number)
    for reason, numbers in found.items():
        if numbers:
            yield f"{', '.join(map(str, numbers))}: {reason}"


def named_lines(source: Sequence[str], reasons: Mapping[str, str]) -> dict[int, str]:
    """Give the reason of each line by its number: it names a line, and what is indented below that."""
    found: dict[int, str] = {}
    for at, line in enumerate(source):
        if reason := reasons.get(line.strip()):
            found |= dict.fromkeys(_with_block(source, at), reason)
    return found


def _with_block(source: Sequence[str], at: int) -> Iterator[int]:
    yield at + 1
    for number, line in enumerate(source[at + 1 :], at + 2):
        if line.strip() and _depth(line) <= _depth(source[at]):
            return
        yield number


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


if __name__ == "__main__":
    sys.exit(main())
