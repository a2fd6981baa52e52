"""The connection to a Ray cluster, and in one sentence why there is none."""

import logging
import os
import re
import socket
from importlib.util import find_spec
from pathlib import Path

import ray
from ray._private import auto_init_hook, ray_constants, services

from graph_goldens.errors import UserError
from graph_goldens.words import flatten_text

CLIENT = "ray://"
INSTALL = "pip install 'graph-goldens[ray]'"

_NEAREST = "auto"
_WAYS_OUT = "start one with `ray start --head`, or name one, --on ray://HOST:PORT"
_ANSWER_SECONDS = 10.0
_LONGEST = 300
_VERSIONS = re.compile(r"Ray: (\S+)\s+Python: (\S+)")

# Ray kills the children of what ran a task, but not theirs, and so what would end all of them, the guard
# (environments/guard.py), which sees by itself that its parent is gone (ray/src/ray/common/ray_config_def.h).
_VARIABLES = {"RAY_kill_child_processes_on_worker_exit": "false"}


def demand_client(on: str) -> None:
    """Refuse a cluster that is reached from outside where what Ray needs for that is missing.

    Raises:
        UserError: it is.
    """
    if on.startswith(CLIENT) and find_spec("grpc") is None:
        raise UserError(f"Ray's client, which {on} needs, is not installed: {INSTALL}")


def connect(on: str, archive: Path) -> None:
    """Connect to a cluster and upload an archive as the folder in which its tasks run.

    Args:
        on: `ray`, the cluster that this machine belongs to or that `RAY_ADDRESS` names, or `ray://HOST:PORT`.
        archive: a zip archive.

    Raises:
        UserError: there is no such cluster, or it has other versions of Ray and Python.
    """
    address = on if on.startswith(CLIENT) else os.environ.get("RAY_ADDRESS") or _NEAREST
    _restrain_ray()
    try:
        _demand_listener(address)
        ray.init(
            address=address,
            runtime_env={"working_dir": str(archive), "env_vars": _VARIABLES},
            log_to_driver=False,
            logging_level=logging.CRITICAL,
        )
    except (ConnectionError, TimeoutError) as error:
        raise UserError(f"{_describe_place(address)}: {flatten_error(error)}; {_WAYS_OUT}") from None
    except (RuntimeError, ValueError) as error:
        raise UserError(explain_refusal(error)) from None


def _demand_listener(address: str) -> None:
    """Refuse an address where nobody listens, which Ray would not say for a quarter of an hour."""
    try:
        place = _find_host(address)
        if place:  # RAY_ADDRESS=local has Ray start a cluster of its own
            host, _, port = place.rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), _ANSWER_SECONDS).close()
    except (OSError, ValueError, OverflowError) as error:  # the last two: no name of a host, or of a port
        raise ConnectionError(getattr(error, "strerror", None) or str(error)) from None


def _find_host(address: str) -> str:
    if address.startswith(CLIENT):
        return address.removeprefix(CLIENT)
    return services.canonicalize_bootstrap_address(address) or ""


def _describe_place(address: str) -> str:
    return "this machine belongs to no Ray cluster" if address == _NEAREST else f"no Ray cluster at {address}"


def _restrain_ray() -> None:
    """Keep Ray from what the command says or decides itself.

    It would print pieces of its logs where a machine is lost, connect to a cluster near by or start one where
    a connection is (ray/_private/auto_init_hook.py), and try twenty times, 40 s each, to connect to
    what is not Ray (ray/_private/node.py, `_init_gcs_client`).
    """
    ray._private.worker.print_to_stdstream = lambda *_, **__: None
    auto_init_hook.enable_auto_connect = False
    ray_constants.NUM_REDIS_GET_RETRIES = 1


def explain_refusal(error: Exception) -> str:
    """Say why Ray refused: for other versions than its own it has a paragraph."""
    found = _VERSIONS.findall(str(error))
    if len(found) == 2:
        (cluster, cluster_python), (own, own_python) = found
        return (
            f"the cluster has Ray {cluster} and Python {cluster_python}, and here are Ray {own} and Python "
            f"{own_python}; both must be the same: install ray=={cluster} in a Python {cluster_python} here"
        )
    return f"Ray cannot be used: {flatten_error(error)}"


def flatten_error(error: BaseException) -> str:
    """Say in one line, of a length that people read, what an error says."""
    return flatten_text(str(error).strip() or type(error).__name__, _LONGEST)
