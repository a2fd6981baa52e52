"""What is noted as run is what coverage.py's own tracer sees, and a kill does not lose it."""

import os
import subprocess
import sys
from pathlib import Path

from coverage import Coverage

from tests.counting.measurement import counting_lines, modules_of, noted

SAMPLE = '''\
"""A docstring."""

import contextlib
import functools

TABLE = {
    "one": 1,
    "two": 2,
}
"""A text below a statement."""


def decorated(function):
    return function


class Thing:
    """Another docstring."""

    kind: str
    size: int = 3
    """Its size."""

    @decorated
    @functools.cache
    def long(self, *, found=(
        1,
    )):
        """One more."""
        return [
            each
            for each in found
        ]

    async def never(self): await self


def branches(number):
    match number:
        case 0:
            found = "zero"
        case 1 | 2:
            found = "few"
        case _:
            found = "many"
    if number == 5:
        found += "!"
    elif number == 0:
        found += "?"
    else:
        pass
    while number > 1: number -= 1
    else:
        found += "."
    for each in range(number):
        if each:
            continue
        break
    else:
        found += ";"
    return found if (
        number
    ) else (lambda: found)()


def raising(error):
    global last
    try:
        with contextlib.suppress(
            KeyError
        ):
            raise error
    except ValueError:
        last = 1
        return 1
    except (TypeError, OSError):
        last = 2
    else:
        last = 3
    finally:
        last = 4
    return last


branches(0), branches(1)
raising(KeyError()); raising(ValueError())
Thing().long()
'''

KILLED = """\
import os, signal
from small import other
child = os.fork()
if child == 0:
    in_the_child = 1
    os._exit(0)
os.waitpid(child, 0)
if not child:
    never = 1
os.kill(os.getpid(), signal.SIGKILL)
never = 2
"""


def start(folder: Path, code: str, *starters: Path) -> int:
    """Run code in a Python of its own that starts with what lies in a folder."""
    path = os.pathsep.join([*(str(starter.parent) for starter in starters), str(folder)])
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env={"PYTHONPATH": path}, cwd=folder, check=False).returncode


def package(folder: Path, **files: str) -> Path:
    made = folder / "small"
    made.mkdir()
    for name, text in {"__init__": "", **files}.items():
        (made / f"{name}.py").write_text(text)
    return made


def test_lines_are_those_that_a_tracer_sees(tmp_path: Path) -> None:
    made = package(tmp_path, sample=SAMPLE)
    file, data = str(made / "sample.py"), str(tmp_path / "traced")
    command = [sys.executable, "-m", "coverage", "run", f"--data-file={data}", file]
    subprocess.run(command, check=True, cwd=tmp_path)
    traced = Coverage(data_file=data, config_file=False)
    traced.load()
    _, statements, _, missing, _ = traced.analysis2(file)
    modules, starter = modules_of(made), tmp_path / "starter" / "sitecustomize.py"
    with counting_lines(tmp_path / "measurement", modules, [starter]):
        assert start(tmp_path, "import small.sample", starter) == 0
    ran = noted(tmp_path / "measurement", modules)[file]
    # Which `except` was asked, in vain, a note cannot say: only which one was taken.
    asked = SAMPLE.splitlines().index("    except (TypeError, OSError):") + 1
    assert sorted(ran & set(statements)) == sorted(set(statements).difference(missing, {asked}))


def test_forks_and_killed_processes_are_counted(tmp_path: Path) -> None:
    made = package(tmp_path, killed=KILLED, other="here = 1\n", unused="a = 1\n")
    modules, starter = modules_of(made), tmp_path / "starter" / "sitecustomize.py"
    with counting_lines(tmp_path / "measurement", modules, [starter]):
        assert start(tmp_path, "import small.killed", starter) == -9
    found = {Path(file).stem: lines for file, lines in noted(tmp_path / "measurement", modules).items()}
    assert found == {"__init__": set(), "killed": {1, 2, 3, 4, 5, 6, 7, 8, 10}, "other": {1}, "unused": set()}


def test_a_file_that_changed_since_runs_as_it_is_and_is_not_counted(tmp_path: Path) -> None:
    made = package(tmp_path, sample="print('old')\n")
    modules, starter = modules_of(made), tmp_path / "starter" / "sitecustomize.py"
    (made / "sample.py").write_text("import sys\n\nsys.exit(3)\n" * 100)
    with counting_lines(tmp_path / "measurement", modules, [starter]):
        assert start(tmp_path, "import small.sample", starter) == 3
    assert not any(noted(tmp_path / "measurement", modules).values())


def test_what_was_compiled_once_is_not_compiled_again(tmp_path: Path) -> None:
    made = package(tmp_path, sample="a = 1\n")
    modules, starter = modules_of(made), tmp_path / "starter" / "sitecustomize.py"
    with counting_lines(tmp_path / "measurement", modules, [starter]):
        start(tmp_path, "import small.sample", starter)
        kept = tmp_path / "measurement" / "code" / f"{sys.implementation.cache_tag}-small.sample"
        kept.write_bytes(b"broken")
        assert start(tmp_path, "import small.sample", starter) != 0


def test_a_starter_that_was_left_behind_does_nothing(tmp_path: Path) -> None:
    made = package(tmp_path, sample="a = 1\n")
    starter, left = tmp_path / "starter" / "sitecustomize.py", tmp_path / "left" / "sitecustomize.py"
    with counting_lines(tmp_path / "measurement", modules_of(made), [starter]):
        left.parent.mkdir()
        left.write_bytes(starter.read_bytes())
    (tmp_path / "measurement" / "noting.py").unlink()
    code = "import small.sample; assert type(small.sample.__loader__).__name__ == 'SourceFileLoader'"
    assert start(tmp_path, code, left) == 0
    assert not starter.exists()
