"""Generated code changed along with its graph."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref
from graph_goldens.graphs.node_table import Node, Table

_ASSIGNMENT = re.compile(r" {4}(\w+) = ")
_QUOTED_OR_NAME = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|(?<![\w.])[A-Za-z_]\w*")
_BARE = re.compile(r"[A-Za-z_]+|cpu")
_INFIX = {"add": "+", "sub": "-", "mul": "*", "ge": ">=", "le": "<=", "floordiv": "//"}
_WORDS = {"None", "True", "False"}


def changed_code(code: str, old: Table, new: Table) -> str:
    """Give the code of the new table: old lines where a node is as it was, and where they stood."""
    header, *lines = code.split("\n")
    start, own = _lines_of_nodes(lines[:-1], old)
    body = [
        own[node.name] if _same(old.by_name.get(node.name), node) else f"    {node.name} = {spelled(node)}"
        for node in new.nodes
        if node.op not in ("placeholder", "output")
    ]
    if old.placeholders != new.placeholders:
        header, start = _forward(header, start, old, new)
    return "\n".join([header, *start, *body, _returned(lines[-1], old, new)])


def _lines_of_nodes(lines: Sequence[str], table: Table) -> tuple[list[str], dict[str, str]]:
    """Give the lines before all nodes, and each node's with what follows it that is no node of the graph."""
    nodes = {node.name for node in table.nodes if node.op != "placeholder"}
    start: list[str] = []
    own: dict[str, str] = {}
    name = ""
    for line in lines:
        match = _ASSIGNMENT.match(line)
        if match and match[1] in nodes:
            name = match[1]
            own[name] = line
        elif name:
            own[name] += f"\n{line}"
        else:
            start.append(line)
    return start, own


def _same(old: Node | None, new: Node) -> bool:
    return old is not None and replace(old, users=0) == replace(new, users=0)


def _forward(header: str, start: Sequence[str], old: Table, new: Table) -> tuple[str, list[str]]:
    """Give the first lines of a function whose inputs changed."""
    inside, ending = header.removeprefix("def forward(self").rpartition(")")[::2]
    given = dict(zip([node.name for node in old.placeholders], inside.split(", ")[1:], strict=False))
    inputs = [_parameter(node, given) for node in new.placeholders]
    names = ", ".join(node.name for node in new.placeholders)
    lines = [
        f"    {names}, = fx_pytree.tree_flatten_spec(([{names}], {{}}), self._in_spec)"
        if "tree_flatten_spec" in line
        else line
        for line in start
    ]
    return f"def forward({', '.join(['self', *inputs])}){ending}", lines


def _parameter(node: Node, given: Mapping[str, str]) -> str:
    start = given.get(node.name, node.target).split(" = ")[0]
    return start if node.default is None else f"{start} = {node.default}"


def _returned(line: str, old: Table, new: Table) -> str:
    assert old.output is not None
    assert new.output is not None
    before, after = (spelled_argument(table.args) for table in (old.output, new.output))
    return line.replace(before, after)


def spelled(node: Node) -> str:
    """Give a node's expression as generated code has it."""
    if node.op == "get_attr":
        return f"self.{node.target}"
    args, kwargs = node.args, node.kwargs
    assert isinstance(args, Group)
    assert isinstance(kwargs, Group)
    texts = [spelled_argument(item) for item in args.items]
    module, _, name = node.target.partition(".")
    if module == "operator" and name in _INFIX:
        return f" {_INFIX[name]} ".join(texts)
    if node.target == "operator.getitem":
        return f"{texts[0]}[{texts[1]}]"
    if node.target.endswith("with_effects"):
        texts[1] = f"torch.ops.{texts[1].strip(chr(39)).replace('call_', 'higher_order.call_')}"
    texts += [
        f"{key} = {spelled_argument(item)}" for key, item in zip(kwargs.keys, kwargs.items, strict=True)
    ]
    if node.op == "call_method":
        return f"{texts[0]}.{node.target}({', '.join(texts[1:])})"
    owner = "self." if node.op == "call_module" else ""
    return f"{owner}{node.target}({', '.join(texts)})"


def spelled_argument(argument: Argument) -> str:
    match argument:
        case Ref(name):
            return name
        case Literal(text):
            return repr(text) if " " in text or (_BARE.fullmatch(text) and text not in _WORDS) else text
        case Group("(", (item,)):
            return f"({spelled_argument(item)},)"
        case Group(opening, items):
            return f"{opening}{', '.join(map(spelled_argument, items))}{')' if opening == '(' else ']'}"


def renamed_code(code: str, names: Mapping[str, str]) -> str:
    return _QUOTED_OR_NAME.sub(lambda match: names.get(match[0], match[0]), code)
