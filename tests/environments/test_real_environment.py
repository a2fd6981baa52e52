"""One real environment: PyTorch 2.13.0 is installed, a library compiled for it, a case captured in it."""

from pathlib import Path

import pytest

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.keys import Key

LIBRARY = """
#include <torch/library.h>
at::Tensor same(const at::Tensor& x) { return x; }
TORCH_LIBRARY(goldens_sample, library) { library.def("same", same); }
"""
CASES = """
import torch
from graph_goldens import Case, case

@case
def same() -> Case:
    class Same(torch.nn.Module):
        def forward(self, x):
            return torch.ops.goldens_sample.same(x + 1)
    return Case(Same(), args=(torch.ones(2),))
"""


@pytest.mark.slow
def test_a_real_environment_is_made_opened_and_captured_in(tmp_path: Path, folder: Path) -> None:
    said: list[str] = []
    environment = open_environment(describe_release("2.13.0"), folder, said.append)
    assert str(environment.version.public) == "2.13.0"
    assert environment.cxx_standard == 17
    assert open_environment(describe_release("2.13.0"), folder, pytest.fail) == environment
    pack = tmp_path / "cases" / "sample"
    pack.mkdir(parents=True)
    (pack / "library.cpp").write_text(LIBRARY)
    (pack / "sample_cases.py").write_text(CASES)
    libraries = start_libraries(pack.parent, environment, folder)
    with start_worker(environment, pack.parent, folder, libraries=libraries) as worker:
        assert worker.hello.git == environment.git
        (capture,) = worker.capture([Key("sample/same", "symbolic-trace")], timeout=100)
    assert "goldens_sample.same" in capture.record.artifacts[0].text
