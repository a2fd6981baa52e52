"""The items of what a record says of a value: sizes, strides, several values."""

import re

_BRACKET = re.compile(r"[()\[\]{}]")


def split_items(text: str) -> tuple[str, ...]:
    """Split at the commas that stand in no brackets."""
    if not _BRACKET.search(text):  # as in most of them, and much sooner
        items = [item.strip() for item in text.split(",")]
        return tuple(items if items[-1] else items[:-1])
    return _split_around_brackets(text)


def _split_around_brackets(text: str) -> tuple[str, ...]:
    items, depth, item = [], 0, ""
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            items.append(item.strip())
            item = ""
        else:
            item += letter
    return (*items, item.strip()) if item.strip() else tuple(items)
