"""Records of small graphs, with the texts that PyTorch prints for them."""

from graph_goldens.records import Artifact, Outcome, Record

MATRIX = "float32[2, 3] stride (3, 1) cpu"


def make_record(
    lines: str, *, inputs: dict[str, str] | None = None, returned: str = "y", **texts: str
) -> Record:
    """Make the record of a graph of `aten` calls, one a line, such as `y = sin(x)`."""
    inputs = {"x": MATRIX} if inputs is None else inputs
    calls = [line.strip() for line in lines.splitlines() if line.strip()]
    code = [f"def forward(self, {', '.join(inputs)}):", *(f"    {_spell(call)}" for call in calls)]
    graph = ["graph():", *(f"    %{name} : [num_users=1] = placeholder[target={name}]" for name in inputs)]
    graph += [f"    {_describe(call)}" for call in calls]
    graph.append(f"    return ({returned},)")
    given = {
        "code": "\n".join([*code, f"    return ({returned},)"]),
        "graph": "\n".join(graph),
        "values": "\n".join(f"%{name} : {words}" for name, words in inputs.items()),
        **texts,
    }
    return Record(
        "own/program",
        "export",
        Outcome.GRAPHS,
        artifacts=tuple(Artifact(f"program.{kind}", text) for kind, text in given.items()),
    )


def make_raw_record(code: str, graph: str, **texts: str) -> Record:
    """Make the record of a graph from its code and its nodes; further texts by name, `__` for a dot."""
    given = {"program.code": code, "program.graph": f"graph():\n{graph}"}
    given.update({f"program.{name.replace('__', '.')}": text for name, text in texts.items()})
    artifacts = tuple(Artifact(name, text) for name, text in given.items())
    return Record("own/program", "export", Outcome.GRAPHS, artifacts=artifacts)


def _spell(call: str) -> str:
    name, _, right = call.partition(" = ")
    operator, _, arguments = right.partition("(")
    return f"{name} = torch.ops.aten.{operator}({arguments}"


def _describe(call: str) -> str:
    name, _, right = call.partition(" = ")
    operator, _, arguments = right.removesuffix(")").partition("(")
    target = f"torch.ops.aten.{operator}"
    return f"%{name} : [num_users=1] = call_function[target={target}](args = (%{arguments},), kwargs = {{}})"
