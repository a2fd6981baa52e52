"""The machines of a Ray cluster: orders are Ray's tasks, which it places, and places again where one is lost.

Which machine does what, and when, is decided by Ray alone. The one thing beside tasks is an actor on the
cluster's head, to which they tell each record as it is done; a streaming task would do, but for Ray's client
(`ray://`), which has none (ray/util/client/worker.py, `call_remote`).
"""

import itertools
import os
import re
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import ray
from ray import exceptions

from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import explain_os_error
from graph_goldens.gate.placement import Note
from graph_goldens.gate.project import Project
from graph_goldens.machines.machine_placement import MachinePlacement
from graph_goldens.machines.news_box import NewsBox
from graph_goldens.machines.order_source import ATTEMPTS, MOST_JOBS
from graph_goldens.machines.order_work import Attempt, Machine, do_order
from graph_goldens.machines.orders import CaptureOrder, News, OrderEnded, OrderLost
from graph_goldens.machines.ray_connection import INSTALL, connect, demand_client, flatten_error
from graph_goldens.machines.travelling import PROJECT, write_archive
from graph_goldens.words import format_count

FOLDER_VARIABLE = "GOLDENS_MACHINE_FOLDER"
"""Names, on a machine, the folder that keeps its environments; `~/.cache/graph-goldens` without it."""

_MOST_BYTES = (500 << 20) - (1 << 20)  # GCS_STORAGE_MAX_SIZE in ray/_private/runtime_env/packaging.py
_HEAD = "node:__internal_head__"  # the resource of the head alone (ray/_private/resource_and_label_spec.py)
_HEARING_SECONDS = 0.5
_ANSWER_SECONDS = 45.0  # before Ray ends a process that hears nothing of the head for 60 s (ray_config_def.h)
_LOOKING_SECONDS = 5.0
_ALONE_SECONDS = 120.0

# What Ray raises where a task's machine, or the process that ran it, was lost on each attempt.
_LOSSES = (
    exceptions.WorkerCrashedError,
    exceptions.NodeDiedError,
    exceptions.LocalRayletDiedError,
    exceptions.OutOfMemoryError,
    exceptions.ObjectLostError,
)

# What Ray raises where a machine cannot import what it is to do, with the traceback in its text
# (ray/_private/function_manager.py), and what the tool itself would.
_NOT_IMPORTED = (RuntimeError, ModuleNotFoundError)
_MISSING = re.compile(r"No module named '([^'.]+)")


@contextmanager
def open_ray(
    on: str, project: Project, environments: int, jobs: int | None, note: Note
) -> Iterator[MachinePlacement]:
    """Connect to a Ray cluster and send the project there; what still runs there is stopped at the end.

    Args:
        on: `ray`, the cluster that this machine belongs to or that `RAY_ADDRESS` names, or `ray://HOST:PORT`.
        project: the project.
        environments: how many are worked with.
        jobs: captures at once in one order, each on a core of its own; up to four where None.
        note: hears what is done.

    Raises:
        UserError: there is no such cluster, it has other versions, or the project cannot travel.
    """
    demand_client(on)
    with (
        explain_os_error("pack the project for other machines"),
        tempfile.TemporaryDirectory(prefix="graph-goldens-") as folder,
    ):
        archive = Path(folder, "travelling.zip")
        size = write_archive(project, archive, _MOST_BYTES)
        note(f"connecting to Ray, and sending it the project: {size / (1 << 20):,.1f} MiB")
        connect(on, archive)
    try:
        sizes = _list_cores(_list_machines())
        if not sizes:
            raise UserError("no machine of the Ray cluster has a core for captures; add one with `ray start`")
        each = min(jobs or MOST_JOBS, min(sizes) if jobs is None else max(sizes))
        machines = RayMachines(each, note)
        note(f"captures on {format_count(len(sizes), 'machine')} with {format_count(sum(sizes), 'core')}")
        with closing(machines):
            yield MachinePlacement(machines, each, itertools.count(1), environments)
    finally:
        ray.shutdown()


class RayMachines:
    """Takes orders to the machines of the cluster that this process is connected to."""

    def __init__(self, jobs: int, note: Note) -> None:
        self._jobs = jobs
        self._note = note
        self._lock = threading.Lock()  # environments are worked with at once, each in a thread
        self._tasks: dict[int, Any] = {}
        self._closed = False
        self._known = len(_list_machines())
        self._looked = self._seen = time.monotonic()
        self._box = ray.remote(NewsBox).options(num_cpus=0, resources={_HEAD: 0.001}).remote()
        self._do = ray.remote(_do_order).options(num_cpus=jobs, max_retries=ATTEMPTS - 1)

    @property
    def places(self) -> int:
        """How many orders are done at once."""
        return max(1, sum(cores // self._jobs for cores in _list_cores(_list_machines())))

    def place(self, order: CaptureOrder) -> None:
        """Have an order done by a task of Ray."""
        self._tasks[order.number] = self._do.remote(order, self._box)

    def hear(self, numbers: Collection[int]) -> Sequence[tuple[int, News]]:
        """Return what was told of some orders, and which of them ended.

        Raises:
            ToolError: the cluster is lost.
        """
        if self._closed:
            raise ToolError("the command is over")
        tasks = {self._tasks[number]: number for number in numbers}
        try:
            done, _ = ray.wait(list(tasks), num_returns=len(tasks), timeout=0)
            seconds = 0.0 if done else _HEARING_SECONDS
            answer = self._box.take.remote(tuple(numbers), seconds)
            news: list[tuple[int, News]] = ray.get(answer, timeout=seconds + _ANSWER_SECONDS)
            self._watch_machines()
        except (exceptions.RayError, ConnectionError) as error:
            raise ToolError(f"the Ray cluster is lost: {flatten_error(error)}") from None
        return [*news, *((tasks[task], _find_end(task)) for task in done)]

    def close(self) -> None:
        """Tell threads that still wait for news that none will come."""
        self._closed = True

    def withdraw(self, numbers: Collection[int]) -> None:
        """Stop the tasks of some orders."""
        for number in () if self._closed or not ray.is_initialized() else tuple(numbers):
            task = self._tasks.pop(number, None)
            if task is not None:
                with suppress(exceptions.RayError, ConnectionError, ValueError):
                    ray.cancel(task, force=True)

    def _watch_machines(self) -> None:
        """Tell of machines that come and go, and wait for one no longer than two minutes.

        Raises:
            ToolError: none that has a core is left.
        """
        now = time.monotonic()
        with self._lock:
            if now - self._looked < _LOOKING_SECONDS:
                return
            self._looked = now
            machines = _list_machines()
            if len(machines) != self._known:
                self._note(f"the Ray cluster has {format_count(len(machines), 'machine')} now")
                self._known = len(machines)
            if any(cores >= self._jobs for cores in _list_cores(machines)):
                self._seen = now
            elif now - self._seen > _ALONE_SECONDS:
                raise ToolError(
                    f"no machine with {format_count(self._jobs, 'core')} has been left in the Ray cluster "
                    f"for {_ALONE_SECONDS / 60:.0f} minutes; run the command again when there is one"
                )


def _do_order(order: CaptureOrder, box: Any) -> OrderEnded | OrderLost:
    """Do an order on the machine to which Ray takes it."""
    attempt = Attempt(*_await(box.begin.remote(order.number)))
    if attempt.number > ATTEMPTS:  # where memory is short, Ray would try without end (RAY_task_oom_retries)
        return OrderLost()
    context = ray.get_runtime_context()
    name = f"machine {ray.util.get_node_ip_address()} ({context.get_node_id()[:6]})"
    machine = Machine(name, Path.cwd() / PROJECT, _find_folder())
    return do_order(order, machine, lambda news: _await(box.put.remote(order.number, news)), attempt)


def _await(told: Any) -> Any:
    """Wait for an answer without `ray.get`: a task that waits there gives its cores to the next order."""
    return told.future().result()


def _find_folder() -> Path:
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path.home() / ".cache" / "graph-goldens"


def _find_end(task: Any) -> OrderEnded | OrderLost:
    """Find how a task that is done ended."""
    try:
        ended: OrderEnded | OrderLost = ray.get(task)
    except _LOSSES:
        return OrderLost()
    except exceptions.RuntimeEnvSetupError as error:
        return OrderEnded(
            f"a machine of the Ray cluster could not unpack the project: {flatten_error(error)}"
        )
    except exceptions.RayTaskError as error:
        return OrderEnded(_explain_fault(error))
    except exceptions.RayError as error:
        return OrderEnded(f"Ray could not do what was asked of it: {flatten_error(error)}")
    return ended


def _explain_fault(error: Exception) -> str:
    cause = getattr(error, "cause", error)
    missing = _MISSING.search(str(cause)) if isinstance(cause, _NOT_IMPORTED) else None
    if missing:
        return f"a machine of the Ray cluster has no package {missing[1]}; run {INSTALL} on each"
    return f"a machine of the Ray cluster failed: {type(cause).__name__}: {flatten_error(cause)}"


def _list_machines() -> list[dict[str, Any]]:
    return [machine for machine in ray.nodes() if machine["Alive"]]


def _list_cores(machines: Sequence[dict[str, Any]]) -> list[int]:
    """List the cores that each machine has for tasks; a head may have none."""
    cores = (int(machine["Resources"].get("CPU", 0)) for machine in machines)
    return [each for each in cores if each]
