"""Whether importing a module may do more than define names there, read from its text.

A call is quiet only where the text shows which function it calls, and that one is in a small table of those
that make a value and do nothing else. A name that a module binds twice, or that `import *` may have bound,
shows nothing.
"""

import ast
import builtins
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graph_goldens.cases.case_marks import CaseMarks, read_marks

# Functions and types of Python, PyTorch and ours that make a value and do nothing else.
_CONSTRUCTORS = {
    "bool", "bytes", "complex", "dict", "float", "frozenset", "hasattr", "int", "list", "object", "range",
    "set", "slice", "str", "tuple",
    "collections.Counter", "collections.OrderedDict", "collections.defaultdict", "collections.deque",
    "collections.namedtuple", "dataclasses.dataclass", "dataclasses.field", "enum.auto", "fractions.Fraction",
    "functools.partial", "operator.attrgetter", "operator.itemgetter", "operator.methodcaller",
    "pathlib.Path", "pathlib.PurePath", "re.compile", "types.MappingProxyType", "types.SimpleNamespace",
    "typing.NamedTuple", "typing.NewType", "typing.ParamSpec", "typing.TypeVar", "typing.TypeVarTuple",
    "typing.cast", "torch.Size", "torch.device", "torch.export.Dim",
    "graph_goldens.Call", "graph_goldens.Case", "graph_goldens.Contains", "graph_goldens.Count",
    "graph_goldens.Delegated", "graph_goldens.Fact", "graph_goldens.Inputs", "graph_goldens.Lacks",
    "graph_goldens.NoBreaks", "graph_goldens.Raises",
    "graph_goldens.TextKind", "graph_goldens.backend_path",
}  # fmt: skip
# Decorators of functions and classes that wrap what they are given and do nothing else.
_DECORATORS = {
    "abc.abstractmethod", "classmethod", "contextlib.asynccontextmanager", "contextlib.contextmanager",
    "dataclasses.dataclass", "enum.unique", "functools.cache", "functools.cached_property",
    "functools.lru_cache", "functools.total_ordering", "functools.wraps", "graph_goldens.text_rule",
    "graph_goldens.tracing_path", "property", "staticmethod",
    "typing.final", "typing.overload", "typing.override", "typing.runtime_checkable",
}  # fmt: skip
# What evaluates to something and does nothing else, whatever its parts are, as long as they are quiet too.
_QUIET = (
    ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred, ast.BoolOp,
    ast.IfExp, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip
# Operators, which a class may define to do anything: quiet between constants, and between types.
_OPERATORS = (ast.UnaryOp, ast.BinOp, ast.Compare, ast.Subscript)
_TYPES = {"list", "dict", "tuple", "set", "frozenset", "type", "int", "float", "str", "bytes", "bool", "None"}
_EXCEPTIONS = {"Exception", "RuntimeError", "ValueError", "TypeError"}
# Modules whose types do nothing when a class is derived from them, and when they are given parameters.
_QUIET_BASES = {
    "abc", "collections", "contextlib", "dataclasses", "enum", "graph_goldens", "torch", "typing",
    "typing_extensions",
}  # fmt: skip
# Packages whose import leaves nothing behind that matters: those of the worker and of Python.
_QUIET_PACKAGES = {"torch", "graph_goldens", *sys.stdlib_module_names}
# Methods that Python calls while a class, one derived from it, or a type with parameters is made.
_AT_DEFINITION = {"__class_getitem__", "__init_subclass__", "__prepare__", "__set_name__"}
_AT_DEFINITION_OF_ENUM = {"__init__", "__new__", "__hash__", "__eq__", "_generate_next_value_", "_missing_"}
_SAME = {"typing_extensions": "typing"}


def only_binds_names(tree: ast.Module, roots: frozenset[str]) -> bool:
    """Whether importing a module does no more than bind names there.

    Args:
        tree: the module.
        roots: import names of the folder of packs and of the project's own packages.
    """
    return all(map(_Silence(_read_names(tree), read_marks(tree), roots).holds, tree.body))


@dataclass(frozen=True)
class _Names:
    """What the names of a module stand for.

    Attributes:
        meanings: full name of what each name stands for, as `re.compile`.
        types: names of types, and of the modules that hold them.
        enums: names of its own classes whose members are made when they are defined.
    """

    meanings: Mapping[str, str]
    types: frozenset[str]
    enums: frozenset[str]

    def find(self, expression: ast.expr) -> str:
        """Find the full name of what an expression such as `re.compile` stands for; empty where unknown."""
        match expression:
            case ast.Name(id=name):
                return self.meanings.get(name, "")
            case ast.Attribute(value=value, attr=attribute):
                holder = self.find(value)
                return f"{holder}.{attribute}" if holder else ""
            case ast.Subscript(value=value):
                return self.find(value)
            case _:
                return ""


def _read_names(tree: ast.Module) -> _Names:
    bound = Counter(_list_bound(tree))
    meanings = {} if bound["*"] else {name: name for name in dir(builtins) if name not in bound}
    types = {"object", *_EXCEPTIONS, *_TYPES}
    enums: set[str] = set()
    for node in tree.body:
        for name, meaning in _list_imported(node):
            meanings |= {name: meaning} if bound[name] == 1 and not bound["*"] else {}
            types.update({name} if meaning.partition(".")[0] in _QUIET_BASES else ())
        if isinstance(node, ast.ClassDef):
            types.add(node.name)
            roots = {_find_root(base) for base in node.bases}
            if roots & enums or any(meanings.get(name, "").startswith("enum") for name in roots):
                enums.add(node.name)
    return _Names(meanings, frozenset(types), frozenset(enums))


def _list_bound(tree: ast.Module) -> Iterator[str]:
    """List each name as often as the module may bind it, also from within functions; `*` for import stars."""
    for node in ast.walk(tree):
        match node:
            case ast.Global(names=names):
                yield from names
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                yield "*"
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Import() | ast.ImportFrom():
                yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
            case _:
                stored = (part for part in ast.walk(node) if isinstance(part, ast.Name))
                yield from (part.id for part in stored if not isinstance(part.ctx, ast.Load))


def _list_imported(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """List the names that an import statement binds, and what each stands for."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, _unify(alias.name if alias.asname else top)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            yield from ((alias.asname or alias.name, f"{_unify(module)}.{alias.name}") for alias in names)


def _unify(module: str) -> str:
    return _SAME.get(module, module)


@dataclass(frozen=True)
class _Silence:
    """Whether statements of a module only bind names there.

    Attributes:
        names: what its names stand for.
        marks: how it spells the mark of a case.
        roots: import names of the folder of packs and of the project's own packages.
    """

    names: _Names
    marks: CaseMarks
    roots: frozenset[str]

    def holds(self, node: ast.stmt) -> bool:
        """Whether a statement of a module or of a class does no more than bind names there."""
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                return True
            case ast.Import(names=names):
                return all(self._is_quiet_package(alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=level):
                return level > 0 or self._is_quiet_package(module or "")
            case ast.Assign(targets=targets, value=value):
                return all(isinstance(target, ast.Name) for target in targets) and self._is_quiet(value)
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                parts = [annotation, *filter(None, [value])]
                return isinstance(target, ast.Name) and all(map(self._is_quiet, parts))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                evaluated = [*_list_evaluated(node.args, node.returns), *_list_bounds(node)]
                return self._are_quiet_marks(node.decorator_list) and all(map(self._is_quiet, evaluated))
            case ast.ClassDef():
                return self._is_quiet_class(node)
            case _:
                return False

    def _is_quiet_class(self, node: ast.ClassDef) -> bool:
        derived = not node.keywords and all(_find_root(base) in self.names.types for base in node.bases)
        called = _AT_DEFINITION | (_AT_DEFINITION_OF_ENUM if node.name in self.names.enums else set())
        defined = {name for part in node.body for name in _list_defined(part)}
        quiet = self._are_quiet_marks(node.decorator_list) and derived and called.isdisjoint(defined)
        return quiet and all(map(self._is_quiet, _list_bounds(node))) and all(map(self.holds, node.body))

    def _is_quiet_package(self, module: str) -> bool:
        return module.partition(".")[0] in {*_QUIET_PACKAGES, *self.roots}

    def _are_quiet_marks(self, decorators: Iterable[ast.expr]) -> bool:
        return all(map(self._is_quiet_mark, decorators))

    def _is_quiet_mark(self, decorator: ast.expr) -> bool:
        if isinstance(decorator, ast.Call):
            return self._is_quiet_mark(decorator.func) and self._has_quiet_arguments(decorator)
        return self.marks.holds(decorator) or self.names.find(decorator) in _DECORATORS

    def _has_quiet_arguments(self, call: ast.Call) -> bool:
        return all(map(self._is_quiet, [*call.args, *(word.value for word in call.keywords)]))

    def _is_quiet(self, expression: ast.expr) -> bool:
        if isinstance(expression, ast.Lambda):
            return all(map(self._is_quiet, _list_evaluated(expression.args)))
        if isinstance(expression, ast.Call):
            return self.names.find(expression.func) in _CONSTRUCTORS and self._has_quiet_arguments(expression)
        children = [child for child in ast.iter_child_nodes(expression) if isinstance(child, ast.expr)]
        if isinstance(expression, _OPERATORS):
            return all(self._is_type_or_constant(child) for child in children)
        return isinstance(expression, _QUIET) and all(map(self._is_quiet, children))

    def _is_type_or_constant(self, expression: ast.expr) -> bool:
        parts = [part for part in ast.walk(expression) if isinstance(part, ast.expr)]
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        allowed = (*_OPERATORS, ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List)
        return all(isinstance(part, allowed) for part in parts) and self.names.types.issuperset(names)


def _list_evaluated(given: ast.arguments, returns: ast.expr | None = None) -> Iterator[ast.expr]:
    """List what the definition of a function evaluates: defaults and annotations."""
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    arguments += filter(None, [given.vararg, given.kwarg])
    yield from given.defaults
    yield from filter(None, given.kw_defaults)
    yield from (argument.annotation for argument in arguments if argument.annotation)
    yield from filter(None, [returns])


def _list_bounds(node: ast.AST) -> Iterator[ast.expr]:
    """List the bounds and defaults of type parameters (PEP 695, Python 3.12): some are evaluated."""
    for parameter in getattr(node, "type_params", ()):
        yield from (child for child in ast.iter_child_nodes(parameter) if isinstance(child, ast.expr))


def _list_defined(node: ast.stmt) -> Iterator[str]:
    """List the names that a statement of a class binds."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case _:
            stored = (part for part in ast.walk(node) if isinstance(part, ast.Name))
            yield from (part.id for part in stored if isinstance(part.ctx, ast.Store))


def _find_root(base: ast.expr) -> str:
    """Find the first name of `torch.nn.Module`, or of `Generic[T]`."""
    while isinstance(base, ast.Attribute | ast.Subscript):
        base = base.value
    return base.id if isinstance(base, ast.Name) else ""
