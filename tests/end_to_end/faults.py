"""Cases that do what no case should, each with what its record is to say; and what is left of a command."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.example import Example, make_alone

SETTINGS = 'timeout = 6\nmemory = "200M"\n'

HEAD = """\
import ctypes, os, resource, signal, subprocess, sys, threading, time
import torch
from graph_goldens import Case, case

ONE = (torch.ones(2),)
PATHS = ("make-fx-real",)


class Stop(BaseException):
    pass


def scribble(descriptor):
    try:
        os.write(descriptor, b"\\n{garbage\\xff}\\n")
    except OSError:
        pass


class Loud:
    def __del__(self):
        raise RuntimeError("from a destructor")

"""

INNOCENT = """
import torch

from graph_goldens import Case, case


@case
def {name}() -> Case:
    paths = ("make-fx-real", "export")
    return Case(lambda x: x.{operator}() + torch.relu(x), args=(torch.ones(2, 3),), paths=paths)
"""

INNOCENTS = {
    "p/aaa.py": INNOCENT.format(name="first", operator="sin"),
    "p/mmm.py": INNOCENT.format(name="middle", operator="tan"),
    "q/zzz.py": INNOCENT.format(name="last", operator="exp"),
}


@dataclass(frozen=True)
class Fault:
    """What a program does when it is traced, and the outcome and reason of its record."""

    name: str
    body: str
    outcome: str = "graphs"
    reason: str = ""


_TRACING = "while tracing by make-fx-real"

FAULTS = (
    Fault("segfaults", "ctypes.string_at(0)", "crash", f"SIGSEGV {_TRACING}"),
    Fault("aborts", "os.abort()", "crash", f"SIGABRT {_TRACING}"),
    Fault("leaves", "os._exit(0)", "crash", f"exit status 0 {_TRACING}"),
    Fault("exits", "sys.exit(3)", "crash", f"exit status 3 {_TRACING}"),
    Fault("interrupts", "raise KeyboardInterrupt", "crash", f"KeyboardInterrupt {_TRACING}"),
    Fault("raises_what_nobody_catches", "raise Stop", "crash", f"Stop {_TRACING}"),
    Fault("raises_from_a_destructor", "Loud()"),
    Fault("hangs", "while True: pass", "timeout", "tracing by make-fx-real"),
    Fault("sleeps", "time.sleep(1000)", "timeout", "tracing by make-fx-real"),
    Fault("stops_itself", "os.kill(os.getpid(), signal.SIGSTOP)", "timeout", "tracing by make-fx-real"),
    Fault(
        "eats_memory",
        "held = []\n    while True: held.append(b'x' * (1 << 20)); time.sleep(0.001)",
        "crash",
        f"memory limit exceeded {_TRACING}",
    ),
    Fault("prints_much", "for _ in range(2000): os.write(1, b'y' * 50_000); os.write(2, b'z' * 50_000)"),
    Fault("changes_the_folder", "os.chdir('/')"),
    Fault("changes_the_environment", "os.environ.clear(); os.environ['CI'] = '1'"),
    Fault("changes_the_umask", "os.umask(0o777)"),
    Fault("leaves_threads", "threading.Thread(target=time.sleep, args=(1000,)).start()"),
    Fault("leaves_processes", "subprocess.Popen(['sleep', '1000'])"),
    Fault(
        "leaves_a_daemon",
        "if os.fork() == 0: os.setsid(); os.fork() and os._exit(0); time.sleep(1000)",
    ),
    Fault("forks_itself", "os.fork()"),
    Fault("registers_an_operator", "torch.library.define('faults::more', '(Tensor x) -> Tensor')"),
    Fault(
        "replaces_a_kernel",
        "torch.library.Library('aten', 'IMPL').impl('sin', lambda x: x.cos(), 'CompositeImplicitAutograd')",
    ),
    Fault("switches_the_default_dtype", "torch.set_default_dtype(torch.float64)"),
    Fault("switches_grad_mode", "torch._C._set_grad_enabled(False)"),
    Fault("patches_torch", "torch.Tensor.sin = torch.Tensor.cos; torch.relu = torch.tanh"),
    Fault("closes_all_files", "os.closerange(3, 1000)", "crash", f"SIGPIPE {_TRACING}"),
    Fault("scribbles", "[scribble(number) for number in range(1, 100)]"),
    Fault("ignores_signals", "[signal.signal(n, signal.SIG_IGN) for n in (signal.SIGTERM, signal.SIGINT)]"),
    Fault("limits_itself", "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"),
)

BUILD_FAULTS = (
    Fault("segfaults_when_built", "ctypes.string_at(0)", reason="building it ends with SIGSEGV"),
    Fault("exits_when_built", "sys.exit(3)", reason="building it ends with exit status 3"),
    Fault("raises_when_built", "raise ValueError('no')", reason="it cannot be built: ValueError: no"),
    Fault("hangs_when_built", "while True: pass", reason="building it takes more than 6 seconds"),
    Fault("sleeps_when_built", "time.sleep(1000)", reason="building it takes more than 6 seconds"),
    Fault("hangs_too_when_built", "while True: pass", reason="building it takes more than 6 seconds"),
)

MODULE_FAULTS = {
    "changes_the_process": (
        "os.chdir('/'); os.umask(0o777); os.environ['CI'] = '1'; torch.set_default_dtype(torch.float64)\n"
        "torch._C._set_grad_enabled(False); print('noise'); signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    ),
    "leaves_much_behind": (
        "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"
        "subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
        "torch.library.define('faults::imported', '(Tensor x) -> Tensor')"
    ),
}


def make_project(root: Path, files: Mapping[str, str]) -> Example:
    """Make a project whose captures may use little."""
    return make_alone(root, files, SETTINGS)


def fault_modules() -> dict[str, str]:
    """Modules of cases that do what no case should, between those of innocent ones."""
    modules = {"p/bbb.py": HEAD + "".join(map(_while_tracing, FAULTS))}
    modules["q/bbb.py"] = HEAD + "".join(map(_while_building, BUILD_FAULTS))
    for name, body in MODULE_FAULTS.items():
        modules[f"p/{name}.py"] = f"{HEAD}\n{body}\n{_while_tracing(Fault(f'of_{name}', 'pass'))}"
    return modules


def faults_by_two_paths() -> dict[str, str]:
    """Cases that do what no case should, and come to an end of it, when each of two paths traces them."""
    head = HEAD.replace('("make-fx-real",)', '("make-fx-real", "export")')
    lasting = [fault for fault in FAULTS if fault.outcome != "timeout" and fault.name != "eats_memory"]
    return {"p/faults.py": head + "".join(map(_while_tracing, lasting))}


def _while_tracing(fault: Fault) -> str:
    return (
        f"\ndef {fault.name}_program(x):\n    {fault.body}\n    return x + 1\n\n\n"
        f"@case\ndef {fault.name}(): return Case({fault.name}_program, args=ONE, paths=PATHS)\n"
    )


def _while_building(fault: Fault) -> str:
    return (
        f"\n@case\ndef {fault.name}():\n    {fault.body}\n    return Case(torch.sin, args=ONE, paths=PATHS)\n"
    )


def processes_of(working: Path) -> Iterator[str]:
    """Give the command lines of all processes that run with a working folder's variables."""
    mark = (
        f"PYTHONPYCACHEPREFIX={working / 'caches' / 'bytecode'}".encode()
    )  # children have homes of their own
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                yield (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it ended, or is another user's
            continue
