"""Where a field stands in a lesson file, so that an error can name the line."""

from __future__ import annotations

import re
from typing import Any

import yaml

HEAD = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?\n(.*)", re.DOTALL | re.MULTILINE)
"""A lesson file: its head and its body."""


class DuplicateKey(yaml.MarkedYAMLError):
    """A key that stands twice in one mapping; YAML itself would keep the last one silently."""


class OnceLoader(yaml.SafeLoader):
    """Plain YAML in which every key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Raises DuplicateKey."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                raise DuplicateKey(problem=key)
        return super().construct_mapping(node, deep)


def line_of(text: str, field: str) -> int:
    """The line, counted from 1, of `field` ("checks[2].answer", "## Lektion") in a lesson file.

    Of a field that is missing: where the mapping begins that lacks it, or the last line for a missing section.
    """
    if field.startswith("## "):
        lines = text.splitlines()
        return next((i for i, line in enumerate(lines, 1) if line.startswith(field)), max(1, len(lines)))
    match = HEAD.match(text)
    if match is None:
        return 1
    try:
        node = yaml.compose(match[1], Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        return mark.line + 2 if mark else 1
    line = 2
    for key, place in re.findall(r"([^.\[\]]+)|\[(\d+)\]", field):
        found = _item(node, int(place)) if place else _value(node, key)
        if found is None:
            break
        line, node = found
    return line


def _value(node: yaml.Node | None, key: str) -> tuple[int, yaml.Node] | None:
    """The line of a mapping's key, and its value."""
    for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.value == key:
            return name.start_mark.line + 2, value
    return None


def _item(node: yaml.Node | None, place: int) -> tuple[int, yaml.Node] | None:
    """The line of a list's item, counted from 1, and the item."""
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    return (items[place - 1].start_mark.line + 2, items[place - 1]) if 0 < place <= len(items) else None
