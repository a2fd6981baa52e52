"""PyTorch's switches that silently change graphs, set to one known state before each capture."""

import random
import warnings

import torch
import torch._dynamo
from torch._inductor import config as inductor_config

from graph_goldens.capture.tracing.running import SEED
from graph_goldens.records import Json


def set_switches() -> None:
    """Set what the process may have changed since it started, and what differs between machines."""
    warnings.simplefilter("ignore")
    random.seed(SEED)
    torch.manual_seed(SEED)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_num_threads(1)
    # compiled graphs and what Dynamo learnt of sizes in earlier processes: torch/_inductor/codecache.py,
    # torch/_functorch/_aot_autograd/autograd_cache.py, torch/_dynamo/pgo.py
    inductor_config.force_disable_caches = True
    torch._dynamo.reset()  # frames compiled so far, and how often: torch/_dynamo/__init__.py


def mend_after_fork() -> None:
    """Let PyTorch make its pool of threads anew, which a fork leaves broken, while there is one thread.

    Left to the threads that autograd starts in builds for CUDA, they race for it, and now and then one
    finds none and aborts the process: `pthreadpool()` of caffe2/utils/threadpool/pthreadpool-cpp.cc, which
    leaks the pool that was before the fork, at the first call that asks for it.
    """
    torch.set_num_threads(1)


def describe_switches() -> dict[str, Json]:
    """Name the builds' own switches that change graphs, for the description of an environment."""
    return {
        "mkldnn": torch.backends.mkldnn.is_available(),
        "cuda": torch.cuda.is_available(),
    }
