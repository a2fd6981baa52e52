"""The one set of environment variables under which everything is captured, built from scratch."""

import os
from pathlib import Path


def compose_capture_variables(folder: Path, worker_path: Path, hash_seed: int) -> dict[str, str]:
    """Compose all environment variables of a worker.

    Nothing of the caller's is passed on but `LD_LIBRARY_PATH`: `CI`, job ids, `TORCH_LOGS` and the
    switches of Dynamo and Inductor change graphs or break the import of torch. PyTorch reads its own in
    torch/_inductor/config.py, torch/_functorch/config.py, torch/_inductor/runtime/cache_dir_utils.py,
    torch/utils/cpp_extension.py, torch/hub.py and torch/__init__.py; Triton's are passed on by
    torch/utils/_triton.py, and the number of threads is read by ATen/ParallelCommon.cpp.

    Args:
        folder: the working folder, which takes all that a capture writes.
        worker_path: folder of the packages that a worker needs besides torch.
        hash_seed: seed of Python's hashes; graphs must not depend on it.
    """
    caches = folder / "caches"
    return {
        **_pass_on("LD_LIBRARY_PATH"),  # an interpreter or a CUDA library may not load without it
        "PATH": "/usr/local/bin:/usr/bin:/bin",  # Inductor looks for compilers; all users find the same
        "HOME": str(folder / "home"),  # no file of the user's configures a capture, none is left there
        "TMPDIR": str(folder / "tmp"),  # temporary files stay inside the working folder
        "LANG": "C.UTF-8",  # messages and the encoding of files do not depend on the user
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": str(hash_seed),  # the order of sets is known, and can be made another
        "PYTHONPATH": str(worker_path),  # the worker finds the harness, and nothing else of the host
        "PYTHONNOUSERSITE": "1",  # packages of the user's home are not part of the environment
        "PYTHONSAFEPATH": "1",  # nor is the current folder
        "PYTHONUTF8": "1",  # case modules are read alike everywhere
        "PYTHONPYCACHEPREFIX": str(caches / "bytecode"),  # nothing is written beside cases or torch
        "PYTHONWARNINGS": "ignore:Failed to initialize NumPy",  # NumPy is left out on purpose
        "OMP_NUM_THREADS": "1",  # results do not depend on the number of cores, captures run side by side
        "MKL_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",  # graphs are those of a machine without a GPU
        "TORCHINDUCTOR_FX_GRAPH_CACHE": "0",  # a cached graph is not traced: nothing would be recorded
        "TORCHINDUCTOR_FX_GRAPH_REMOTE_CACHE": "0",
        "TORCHINDUCTOR_AUTOGRAD_CACHE": "0",  # on by default from 2.8: a second process records 0 graphs
        "TORCHINDUCTOR_AUTOGRAD_REMOTE_CACHE": "0",
        "TORCHINDUCTOR_CACHE_DIR": str(caches / "inductor"),  # and what is cached all the same stays here
        "TORCHINDUCTOR_COMPILE_THREADS": "1",  # else importing Inductor starts a pool of processes
        "TRITON_CACHE_DIR": str(caches / "triton"),
        "TORCH_EXTENSIONS_DIR": str(caches / "extensions"),
        "TORCH_HOME": str(caches / "torch"),
        "XDG_CACHE_HOME": str(caches),
        "TORCH_DEVICE_BACKEND_AUTOLOAD": "0",  # a device plug-in that happens to be installed stays out
    }


def make_capture_folders(variables: dict[str, str]) -> None:
    """Make the folders that capture variables name and that programs expect to be there."""
    for name in ("HOME", "TMPDIR"):
        Path(variables[name]).mkdir(parents=True, exist_ok=True)


def _pass_on(name: str) -> dict[str, str]:
    return {name: os.environ[name]} if os.environ.get(name) else {}
