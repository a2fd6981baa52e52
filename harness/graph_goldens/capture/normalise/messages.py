"""What must go from a message of an error beyond frames and paths: order of sets, internals, detail."""

import re
from collections.abc import Iterator

_SET = re.compile(r"\{[^{}]*\}")
_LISTED_TYPES = re.compile(r"(?<=types: )\[<class '[^']*'>(?:, <class '[^']*'>)*\]")
_OPENING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_QUOTES = "'\""
_INTERNAL = re.compile(
    r"\b(FakeTensor|FunctionalTensor|FakeScriptObject|ViewAndMutationMeta|InputAliasInfo|OutputAliasInfo|"
    r"PlainTensorMeta|SubclassCreationMeta|MemoryFormatMeta|GraphSignature|\w+Variable|\w+TensorMeta)\((?=.)"
)
"""Classes of PyTorch's own whose `repr` lists their fields; those change from release to release."""
_OBJECT = re.compile(r"<([\w.]+) object at [^<>]*(?:<address>)?>")
_MODES = ("FakeTensorMode", "FunctionalTensorMode")
_USERS_TYPE = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?\Z")
_BRACKET = re.compile(r"[()]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")


def sort_sets(text: str) -> str:
    """Sort what a printed set holds, in an order of the hash seed: `{<class 'int'>, <class 'str'>}`.

    Source: Objects/setobject.c of CPython, `set_repr`.
    """
    return _SET.sub(lambda match: _sort_set(match[0]), text)


def sort_types(text: str) -> str:
    """Sort the types that are named as supported: a list that was made of a set, in an order of addresses.

    Source: torch/_dynamo/eval_frame.py, `check_user_input_output`, of `common_constant_types`.
    """
    return _LISTED_TYPES.sub(lambda match: f"[{', '.join(sorted(match[0][1:-1].split(', ')))}]", text)


def _sort_set(text: str) -> str:
    items = list(_split_items(text[1:-1]))
    if len(items) < 2 or any(": " in _find_outside(item) for item in items):
        return text
    return "{" + ", ".join(sorted(items)) + "}"


def _split_items(text: str) -> Iterator[str]:
    """Split at the commas that stand in no brackets and no quotes."""
    start = 0
    for at, depth in _count_depths(text):
        if not depth and text.startswith(", ", at):
            yield text[start:at]
            start = at + 2
    yield text[start:]


def _find_outside(text: str) -> str:
    """Leave out of a text what stands in brackets and quotes."""
    return "".join(text[at] for at, depth in _count_depths(text) if not depth)


def _count_depths(text: str) -> Iterator[tuple[int, int]]:
    """Yield each place of a text with the number of brackets or quotes that are open there."""
    open_until: list[str] = []
    for at, letter in enumerate(text):
        if open_until and letter == open_until[-1]:
            open_until.pop()
            yield at, len(open_until) + 1
            continue
        yield at, len(open_until)
        if open_until and open_until[-1] in _QUOTES:
            continue
        if letter in _OPENING or letter in _QUOTES:
            open_until.append(_OPENING.get(letter, letter))


def cut_internals(text: str) -> str:
    """Cut what PyTorch prints of its own objects to their type: `FakeTensor(..., size=(2,))` is `FakeTensor`.

    What Dynamo's variables name alone, `UserDefinedObjectVariable(Queue)`, is the user's own type and stays.

    Source: torch/_functorch/_aot_autograd/schemas.py, `ViewAndMutationMeta`; torch/_dynamo/variables/base.py,
    `VariableTracker`; torch/_subclasses/fake_tensor.py, `FakeTensor`; torch/_library/fake_class_registry.py,
    `FakeScriptObject`.
    """
    text = _OBJECT.sub(_cut_object, text)
    closings = _find_closings(text) if _INTERNAL.search(text) else {}
    parts, start = [], 0
    for match in _INTERNAL.finditer(text):
        end = closings.get(match.end() - 1)
        if match.start() < start or end is None or _USERS_TYPE.match(text[match.end() : end]):
            continue
        parts.append(text[start : match.end() - 1])
        start = end + 1
    return "".join([*parts, text[start:]])


def _cut_object(match: re.Match[str]) -> str:
    name = match[1].rpartition(".")[2]
    return f"<{name} object>" if "Variable" in name or name in _MODES else match[0]


def _find_closings(text: str) -> dict[int, int]:
    """Find for each bracket the one that closes it, by place; those that nothing closes are left out."""
    open_at: list[int] = []
    closings = {}
    for match in _BRACKET.finditer(text):
        if match[0] == "(":
            open_at.append(match.start())
        elif open_at:
            closings[open_at.pop()] = match.start()
    return closings


def keep_first_paragraph(text: str) -> str:
    """Keep what failed, up to the first empty line; where that only announces what follows, that too.

    Source: torch/_dynamo/exc.py, `augment_exc_message` and `BackendCompilerFailed`;
    torch/_library/fake_class_registry.py, `register_fake_class`.
    """
    paragraphs = [part for part in _PARAGRAPH.split(text.strip()) if part.strip()]
    kept = 1
    while kept < len(paragraphs) and paragraphs[kept - 1].rstrip().endswith(":"):
        kept += 1
    return "\n".join(paragraphs[:kept])
