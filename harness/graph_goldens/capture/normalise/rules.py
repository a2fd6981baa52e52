"""The normalisation rules: small functions from text to text, applied once, at capture.

No rule knows a PyTorch version, and none is ever applied to a stored golden at comparison (which may
tell texts of older rules in the words of now, `graphs/respelling.py`). A rule is
a function and a line in one of the tables at the end; changing one raises `RULES_VERSION`, and
`gate/rule_changes.py` says what that brought, for `goldens refresh`. Each rule's docstring ends with
the files, and the functions, classes or texts in them, that write what the rule removes.
"""

import re
from collections.abc import Callable

from graph_goldens.capture.normalise.counters import drop_counters
from graph_goldens.capture.normalise.messages import (
    cut_internals,
    keep_first_paragraph,
    sort_sets,
    sort_types,
)

Rule = Callable[[str], str]

RULES_VERSION = 3

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_COUNTED_FILE = re.compile(r"<eval_with_key>\.\d+")
_COMPILE_ID = re.compile(r"\[\d+/\d+(?:_\d+)?\]")
_FRAME = re.compile(r'^ *File "[^"]*", line \d+.*$\n?(?:^ {4,}.*$\n?)*', re.MULTILINE)
_FILE_LINE = re.compile(
    r"(?<![\w/.>-])(?:/+[\w.+@~-]+)*/+([\w.+-]+\.(?:py|cpp|cc|h|hpp|cu|cuh|so)\b)(?::\d+)*"
)
_PATH = re.compile(r"(?<![\w/.>-])(?:/+[\w.+@~-]+)+/[\w.+@~/-]*")
_WHOLE_LINE_COMMENT = re.compile(r"^[ \t]*#.*\n?", re.MULTILINE)
_RELEASE = re.compile(r"; *(?:[A-Za-z_]\w* = )+None *")
_CARETS = re.compile(r"^[ \t]*[~^][~^ \t]*$\n?", re.MULTILINE)
_HINT = re.compile(r"^ *Hint: .*$\n?(?:^ {4,}.*$\n?)*", re.MULTILINE)
_URL = re.compile(r"https?://[^\s'\")>]+")
_ADVICE = re.compile(
    r"^.*(?:Set TORCH_LOGS|TORCHDYNAMO_VERBOSE|TORCHDYNAMO_EXTENDED|TORCH_LOGS=|TORCH_COMPILE_DEBUG|"
    r"suppress_errors|For more details about this graph break|For C\+\+ stack trace).*$\n?",
    re.MULTILINE,
)
_TAIL = re.compile(
    r"^(?:from user code:?|Caused by:?|The above exception|User Stack|User stack|User code traceback|"
    r"Exception raised from|Traceback \(most recent call last\)|While executing|Original traceback|"
    r"Original exception|GraphModule: |Use tlparse to see full graph).*",
    re.MULTILINE | re.DOTALL,
)
_QUOTED_FRAMES = re.compile(
    r"\\nException raised from [^\\\n]*(?:\\nframe #[^\\\n]*)*(?:\\n<omitting python frames>)?(?:\\n)?"
)
_RECORD = re.compile(r"\bpybind11_detail_function_record_v\d\w*")
_CONTEXT = re.compile(
    r"^ *Developer debug context: .*$\n?(?:^(?! *(?:For more details|from user code|Hint:)).+$\n?)*",
    re.MULTILINE,
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LINE_NUMBER = re.compile(r"\bline \d+\b")


def hide_addresses(text: str) -> str:
    """`<function f at 0x7f31a0>` differs in every process.

    Source: Objects/object.c and Objects/funcobject.c of CPython, `object_repr` and `func_repr`.
    """
    return _ADDRESS.sub("<address>", text)


def hide_file_counters(text: str) -> str:
    """`<eval_with_key>.17` counts all graph modules that the process has compiled so far.

    Source: torch/fx/graph_module.py, `_EvalCacheLoader`.
    """
    return _COUNTED_FILE.sub("<eval_with_key>", text)


def hide_compile_ids(text: str) -> str:
    """`[0/1_2]` is Dynamo's compile id: a frame counter of the process.

    Source: torch/_guards.py, `CompileId` and `TraceId`.
    """
    return _COMPILE_ID.sub("[compile id]", text)


def hide_global_counters(text: str) -> str:
    """`G['__builtins_dict___13']`, `__resume_at_22_3`: Dynamo numbers what it adds to a module's globals.

    Source: torch/_dynamo/bytecode_transformation.py, `unique_id`; torch/_dynamo/output_graph.py,
    `install_global` and `compile_and_call_fx_graph`; torch/_dynamo/symbolic_convert.py, `__resume_at_`.
    """
    return drop_counters(text)


def shorten_file_names(text: str) -> str:
    """`/home/me/env/torch/fx/graph.py:312` says where PyTorch is installed; keep `graph.py`.

    Source: torch/include/c10/util/Exception.h, `SourceLocation`; Lib/traceback.py of CPython.
    """
    return _FILE_LINE.sub(r"\1", text)


def hide_paths(text: str) -> str:
    """`/tmp/torchinductor_me/` says whose machine it was.

    Source: torch/_inductor/runtime/cache_dir_utils.py, `default_cache_dir`; messages that name files.
    """
    return _PATH.sub("<path>", text)


def hide_abi(text: str) -> str:
    """`pybind11_detail_function_record_v1_system_libstdcpp_…`: how the compiler of the build was called.

    Source: torch/include/pybind11/detail/function_record_pyobject.h, `function_record_PyTypeObject_methods`:
    functions of C++ are named by that type.
    """
    return _RECORD.sub("pybind11_detail_function_record", text)


def drop_comments(text: str) -> str:
    """Whole-line comments carry the user's source lines and where they stood.

    Source: torch/fx/graph.py, `_gen_python_code` and `_parse_stack_trace`.
    """
    return _WHOLE_LINE_COMMENT.sub("", text)


def drop_releases(text: str) -> str:
    """`;  x = None` frees a value after its last use, which the graph says already.

    Source: torch/fx/graph.py, `delete_unused_values`.
    """
    return "\n".join(_drop_last_releases(line) for line in text.split("\n"))


def _drop_last_releases(line: str) -> str:
    while (start := line.rfind(";")) >= 0 and _RELEASE.fullmatch(line, start):
        line = line[:start]
    return line


def drop_blank_lines(text: str) -> str:
    """Blank lines and trailing spaces come and go between releases.

    Source: torch/fx/graph.py, `_gen_python_code`.
    """
    lines = (line.rstrip(" \t") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def drop_tail(text: str) -> str:
    """`from user code:`, `Caused by`, C++ frames: what stood around the failure, not what failed.

    Source: torch/_dynamo/exc.py, `augment_exc_message`; torch/fx/interpreter.py, `While executing`;
    torch/fx/experimental/symbolic_shapes.py, `User Stack` and `Caused by: `;
    torch/_export/serde/serialize.py, `serialize_graph`; torch/include/c10/util/Exception.h, `Error`.
    """
    return _TAIL.sub("", text) if not _TAIL.match(text) else text


def drop_quoted_frames(text: str) -> str:
    """`RuntimeError('no\\nException raised from …\\nframe #0: …')`: C++ frames within an error's repr.

    Source: torch/include/c10/util/Exception.h, `Error`; torch/_dynamo/utils.py, `get_fake_value`, quotes it.
    """
    return _QUOTED_FRAMES.sub("", text)


def drop_frames(text: str) -> str:
    """`File "x.py", line 3, in f` and the source line under it move with every edit.

    Source: torch/_dynamo/exc.py, `augment_exc_message`, by Lib/traceback.py of CPython.
    """
    return _FRAME.sub("", text)


def drop_carets(text: str) -> str:
    """`~~~~^^^` under a source line; Python versions draw them differently.

    Source: Lib/traceback.py of CPython from 3.11 on (PEP 657);
    torch/include/torch/csrc/jit/frontend/source_range.h, `print_with_context`.
    """
    return _CARETS.sub("", text)


def drop_hints(text: str) -> str:
    """`Hint: …` is advice that is reworded freely.

    Source: torch/_dynamo/exc.py, `format_graph_break_message`; torch/_dynamo/graph_break_hints.py.
    """
    return _HINT.sub("", text)


def drop_advice(text: str) -> str:
    """`Set TORCH_LOGS="+dynamo" …` is how to see more, not what failed.

    Source: torch/_dynamo/exc.py, `augment_exc_message` and `For more details about this graph break`;
    torch/fx/experimental/symbolic_shapes.py, `TORCHDYNAMO_EXTENDED_DEBUG_CPP`.
    """
    return _ADVICE.sub("", text)


def drop_context(text: str) -> str:
    """`Developer debug context: …` (from 2.7) prints Dynamo's own objects, up to the end of its block.

    Source: torch/_dynamo/exc.py, `format_graph_break_message`.
    """
    return _CONTEXT.sub("", text)


def drop_colours(text: str) -> str:
    """`\\x1b[1mdo this\\x1b[0m`: some messages are written for a terminal.

    Source: torch/serialization.py, `\\033[1m`; torch/onnx/_internal/exporter/_core.py, `_BLUE`.
    """
    return _COLOUR.sub("", text)


def hide_urls(text: str) -> str:
    """Documentation addresses carry versions and move.

    Source: torch/_dynamo/exc.py, `get_gbid_documentation_link`; messages that cite a page.
    """
    return _URL.sub("<url>", text)


def hide_line_numbers(text: str) -> str:
    """`line 42` of a file that is not ours.

    Source: torch/_dynamo/exc.py, `co_firstlineno`; Lib/traceback.py of CPython.
    """
    return _LINE_NUMBER.sub("line N", text)


ANY_TEXT: tuple[Rule, ...] = (
    hide_addresses,
    hide_file_counters,
    hide_global_counters,
    shorten_file_names,
    hide_paths,
    hide_abi,
)

CODE: tuple[Rule, ...] = (drop_comments, drop_releases, *ANY_TEXT, drop_blank_lines)

GRAPH: tuple[Rule, ...] = (*ANY_TEXT, drop_blank_lines)

ERROR: tuple[Rule, ...] = (
    drop_colours,
    drop_tail,
    drop_quoted_frames,
    drop_frames,
    drop_carets,
    drop_hints,
    drop_advice,
    drop_context,
    keep_first_paragraph,
    hide_urls,
    hide_compile_ids,
    *ANY_TEXT,
    hide_line_numbers,
    sort_sets,
    sort_types,
    cut_internals,
    drop_blank_lines,
)


def normalise(text: str, rules: tuple[Rule, ...]) -> str:
    """Apply the rules in order."""
    for rule in rules:
        text = rule(text)
    return text
