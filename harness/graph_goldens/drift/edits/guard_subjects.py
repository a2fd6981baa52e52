"""What a guard is on, without the names that a program gives: a local, a global, a module's hooks.

Dynamo names what it guards by a source (torch/_dynamo/source.py): `L['x']` is a local, `G['f']` a global, and
what stands behind them leads into it. What programs name is left out; what PyTorch names is kept.
"""

import re

_LOCAL, _GLOBAL = r"L\['[^']*'\]", r"G\['[^']*'\]"
# torch/_dynamo/symbolic_convert.py, `import_source`: a module that code of PyTorch's imports is a global too
_PYTORCH = r"G\['(?:__import_(?=torch))?(torch(?:_dot_\w+)?)'\]"
_ROWS = (
    # torch/_dynamo/variables/builtin.py and symbolic_convert.py: the frame's builtins, as a global
    (r"G\['__builtins_dict__(?:___\d+)?'\].*", "a builtin"),
    # torch/nn/modules/module.py: `_global_forward_hooks` are of every module, `_forward_hooks` of one
    (r".*\._global_\w+_hooks\w*", "the hooks of all modules"),
    (r".*\b_\w*_hooks\w*", "a module's hooks"),
    # torch/_library/fake_class_registry.py and torch/_dynamo/variables/script_object.py
    (r".*\.__obj_flatten__\(\).*", "the state of a script object"),
    (r".*\._type\(\)\.qualified_name\(\)", "the class of a script object"),
    (r".*\b_(parameter|buffer|module)s(?:'\])?\['[^']*'\]", r"a \1 of a module"),
    (r".*\b_(?:parameters|buffers|modules)(?:'\])?", "what a module registers"),
    (r".*\.__closure__\b.*", "what a function closes over"),
    (r".*\.__class__\b.*|(?:type|dict)\(.*", "a class"),
    (_LOCAL, "a local"),
    (rf"{_LOCAL}.+", "what a local holds"),
    (rf"(?!{_PYTORCH}){_GLOBAL}", "a global"),
    (rf"(?!{_PYTORCH}){_GLOBAL}.+", "what a global holds"),
    (r"\w*", ""),
)
_SUBJECTS = tuple((re.compile(pattern), words) for pattern, words in _ROWS)
_OF_PYTORCH = re.compile(rf"{_PYTORCH}(.*)", re.DOTALL)
_PROGRAMS_NAME = re.compile(r"'[^']*'|\d+")
_PROPERTY = re.compile(r"\.(\w+)\(\)|\.(dtype|device|layout|requires_grad)\b")
_COMPARED = re.compile(r"(?<=[\s\w)\]])(==|!=|<=|>=|<|>|%|//)(?=[\s\w(-])")


def describe_subject(subject: str) -> str:
    """Say what sort of thing a guard is on, empty where nothing tells; modules of PyTorch's are named."""
    for pattern, words in _SUBJECTS:
        if match := pattern.fullmatch(subject):
            return match.expand(words)
    if match := _OF_PYTORCH.fullmatch(subject):
        module = match[1].replace("_dot_", ".")
        return f"what {module} holds" if match[2] else module
    return _PROGRAMS_NAME.sub("…", subject)


def describe_replaced_subject(subject: str) -> str:
    """Say what sort of thing has a guard of another kind now: there the kinds tell globals apart."""
    return "a global" if subject.startswith("G[") else describe_subject(subject)


def describe_expression(expression: str) -> str:
    """Say how an expression of export compares, and what of tensors: `== %: size`."""
    ways = sorted(set(_COMPARED.findall(expression)))
    compared = sorted({method or name for method, name in _PROPERTY.findall(expression)})
    return ": ".join(filter(None, (" ".join(ways) or "a condition", ", ".join(compared))))
