"""Describe the PyTorch of the interpreter that runs this, as JSON on the last line: a script."""

import json
import platform
from pathlib import Path

import torch

print(
    json.dumps(
        {
            "torch": str(torch.__version__),
            "git": str(torch.version.git_version),
            "debug": bool(torch.version.debug),
            "cuda": torch.version.cuda,
            "python_version": platform.python_version(),
            "platform": f"{platform.system()}-{platform.machine()}",
            "cxx11_abi": bool(torch._C._GLIBCXX_USE_CXX11_ABI),
            "torch_root": str(Path(torch.__file__).resolve().parent),
        }
    )
)
