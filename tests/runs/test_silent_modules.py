"""A module is silent where its text shows that importing it only binds names there."""

import ast

import pytest

from graph_goldens.runs.silent_modules import only_binds_names

SILENT = [
    "",
    "import torch\nfrom torch import nn\nX = 1\nY: int | None = None",
    "from graph_goldens import Case, case\n@case\ndef one() -> Case: ...",
    "import graph_goldens as gg\n@gg.case\ndef one() -> gg.Case: ...",
    "import enum\nclass A(enum.Enum):\n    B = 1\n    C = enum.auto()\n    def f(self, x=1): g(x)",
    "from collections.abc import Sequence\nT = Sequence[tuple[str, int]]\nf = lambda x: x.sin()",
    "from dataclasses import dataclass, field\n@dataclass(order=True)\nclass A:\n    x: int = field()",
    "from typing import NamedTuple\nclass A(NamedTuple):\n    x: int = 1",
    "import re\nWORD = re.compile(r'[a-z]+')",
    "from re import compile as make\nWORD = make('a')",
    "from typing import TypeVar\nT = TypeVar('T', bound=int)",
    "from collections import Counter\nSEEN: Counter[str] = Counter()\nALL = Counter[str]()",
    "from contextlib import contextmanager\n@contextmanager\ndef f(): yield",
    "import functools\n@functools.lru_cache(maxsize=1)\ndef f(): ...",
    "from graph_goldens import Fact\nCLAIMS = (Fact('same', True),)\ndef f(x: list[Fact]) -> Fact: ...",
    "import torch\nOLD = ('a',) if hasattr(torch.library, 'x') else ()\nD = torch.device('cpu')",
    "import torch\nclass A(torch.nn.Module):\n    def __init__(self): super().__init__()",
    "try_me = frozenset({'a'}) or set()",
]
ACTING = [
    "register('an operator')",
    "T = {}\nT['b'] = 1",
    "import torch\ntorch.sin = torch.cos",
    "x = f()",
    "for x in (1, 2):\n    pass",
    "import numpy",
    "def f(x=g()): ...",
    "@register\ndef f(): ...",
    "class A(metaclass=M): ...",
    "from cases.p.base import Base\nclass A(Base): ...",
    "from cases.p.tables import TABLE\nx = TABLE['new']",
    "class A:\n    print(1)",
    "import torch\nlib = torch.library.Library('p', 'DEF')",
    "import torch\nx = torch.ones(2)",
    "import torch\nl = torch.nn.Linear(1, 1)",  # it draws random numbers
    # Names that stand for something else, or may.
    "from cases.p.own import compile\nx = compile('a')",
    "from .own import case\n@case\ndef f(): ...",
    "from .own import dataclass\n@dataclass\nclass A: ...",
    "def property(f): return register(f)\n@property\ndef f(): ...",
    "import re\nfrom . import other as re\nx = re.compile('a')",
    "from .own import *\nx = frozenset()",
    "from re import compile\nfrom .own import *\nx = compile('a')",
    "import re\nre = other\nx = re.compile('a')",
    "from cases.p.own import set\nx = set()",
    "import re\nx = re.compile(pattern())",
    "from dataclasses import dataclass\n@dataclass(**options())\nclass A: ...",
    # Methods that Python calls while classes are made.
    "import enum\nclass A(enum.Enum):\n    B = 1\n    def __init__(self, x): register(x)",
    "from enum import Enum\nclass A(Enum): ...\nclass B(A):\n    C = 1\n    def __new__(cls, x): register(x)",
    "class A:\n    def __init_subclass__(cls): register(cls)\nclass B(A): ...",
    "class A:\n    def __class_getitem__(cls, x): register(x)\nx = A[int]",
    "class A:\n    __init_subclass__ = register\nclass B(A): ...",
]


@pytest.mark.parametrize("text", SILENT)
def test_a_module_that_only_binds_names_is_silent(text: str) -> None:
    assert only_binds_names(ast.parse(text), frozenset({"cases"}))


@pytest.mark.parametrize("text", ACTING)
def test_a_module_that_does_more_is_not(text: str) -> None:
    assert not only_binds_names(ast.parse(text), frozenset({"cases"}))
