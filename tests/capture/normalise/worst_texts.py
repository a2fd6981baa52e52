"""Give each normalisation rule, and what numbers identities, what is worst for it: a megabyte of each.

`python worst_texts.py`: prints the name of each rule when it has read its texts. It takes hours where
a rule takes the square of a text's length.
"""

from collections.abc import Iterator

from graph_goldens.capture.normalise.identities import Identities
from graph_goldens.capture.normalise.rules import CODE, ERROR, GRAPH, Rule

MEGABYTE = 1_000_000
SHORT = 20_000

WORST: dict[str, tuple[tuple[str, str, str], ...]] = {
    "drop_comments": (("", " ", "x"), ("", " \n", "x"), ("", "#", "\n")),
    "drop_releases": (("", "; a = None", "x"), ("; ", "a = ", "x"), ("", ";", "x"), (";", " ", "x")),
    "hide_addresses": (("0x", "f", "x"), ("", "0xfffffff", "x"), ("", "0x", "")),
    "hide_file_counters": (("", "<eval_with_key>.", ""), ("<eval_with_key>.", "1", "x")),
    "hide_global_counters": (
        ("__import_", "_1", "x"),
        ("", "__import_", ""),
        ("__compiled_fn_1", "_12345678", "x"),
        ("__resume_at", "_1", "_"),
    ),
    "shorten_file_names": (
        ("", "/", ""),
        ("", "/a", "/"),
        ("", "/a.py", "@"),
        ("/", "a.", ""),
        ("/a.py", ":1", "x"),
    ),
    "hide_paths": (("", "/", ""), ("", "/a", "/"), ("", "-/a", "")),
    "drop_blank_lines": (("", " ", "x"), ("", "\n", ""), ("", "\t\n", "x"), ("", " \nx", "")),
    "drop_colours": (("", "\x1b[", ""), ("\x1b[", "0;", "x")),
    "drop_tail": (("", "from user code", ""), ("", "\nCaused by", ""), ("", "x\n", "")),
    "drop_frames": (
        ("", ' File "', ""),
        ('File "', "a", ""),
        ("", '  File "x", line 3\n', ""),
        ("", "    y\n", ""),
    ),
    "drop_carets": (("", "~", "x"), ("", "~ ", "x"), ("", " ", "x"), ("", "^\n", "x")),
    "drop_hints": (("", "Hint: a\n    ", ""), ("", " ", "x"), ("", "Hint: ", "")),
    "drop_advice": (("", "Set TORCH_LOG", ""), ("", "For more details\n", "")),
    "drop_context": (("", "Developer debug context: ", ""), ("", "Developer debug context: a\nb\n", "")),
    "keep_first_paragraph": (("", "\n ", ""), ("", "a:\n\n", ""), ("", " ", "x")),
    "drop_quoted_frames": (
        ("", r"\nException raised from ", ""),
        (r"\nException raised from x", r"\nframe #0", "x"),
        (r"\nException raised from ", "x", "\n"),
    ),
    "hide_abi": (
        ("", "pybind11_detail_function_record_v", ""),
        ("pybind11_detail_function_record_v1", "_", "x"),
    ),
    "hide_urls": (("", "https://", ""), ("", "http", "")),
    "hide_compile_ids": (("", "[1/1_", ""), ("[", "1", "x"), ("[1/1", "_1", "x")),
    "hide_line_numbers": (("", "line 1", ""), ("line ", "1", "x")),
    "sort_sets": (
        ("", "{", "}"),
        ("{", "(a, ", "}"),
        ("{", "'a, ", "}"),
        ("{", "a, ", "}"),
        ("", "{a, b}", ""),
    ),
    "sort_types": (
        ("", "types: [", ""),
        ("types: [<class ''>", ", <class ''>", "x"),
        ("types: [", "<class '", ""),
    ),
    "cut_internals": (
        ("", "FakeTensor(", ""),
        ("", "FakeTensor(a ", ")" * SHORT),
        ("", "aVariable", "("),
        ("<", "Variable", " object at 0x>"),
        ("", "<aVariable object at ", ""),
        ("<", "a.", ""),
    ),
    "in_messages": (("", "_123456789012", "_c"), ("", "123456789012345 ", ""), ("", "1", "")),
}
"""By rule: how a text begins, what stands in it again and again, and how it ends."""


def list_rules() -> list[Rule]:
    """List all rules, each once."""
    return list(dict.fromkeys((*CODE, *GRAPH, *ERROR, Identities().in_messages)))


def make_texts(rule: Rule) -> Iterator[str]:
    """Yield a megabyte of each of the rule's own worst texts, and a little of those of all others."""
    for name, texts in WORST.items():
        letters = MEGABYTE if name == rule.__name__ else SHORT
        for first, piece, last in texts:
            yield f"{first}{piece * (letters // len(piece))}{last}"


def main() -> None:
    """Read all texts by each rule."""
    for rule in list_rules():
        for text in make_texts(rule):
            rule(text)
        print(rule.__name__, flush=True)


if __name__ == "__main__":
    main()
