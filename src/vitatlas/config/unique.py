"""YAML in which a key stands once: of one that is given twice, YAML would silently keep the last value."""

from __future__ import annotations

from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""A safe loader; the one in C reads several times as fast, and is not everywhere."""

_MERGE = "tag:yaml.org,2002:merge"


class TwiceError(yaml.YAMLError):
    """A key that a mapping has twice."""


def parse(text: str) -> Any:
    """The content of a YAML document.

    Raises:
        TwiceError: A key that a mapping has twice. Values that `<<` brings in may be replaced, that is what it is for.
        yaml.YAMLError: No YAML.
    """
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        # Looked at as written: later, what `<<` brings in stands among a mapping's own keys
        _require_unique(node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _require_unique(document: yaml.Node) -> None:
    waiting, looked_at = [document], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in looked_at:  # an alias stands for the same node
            continue
        looked_at.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
        if isinstance(node, yaml.MappingNode):
            _require_unique_keys(node)
            waiting += [part for pair in reversed(node.value) for part in reversed(pair)]


def _require_unique_keys(node: yaml.MappingNode) -> None:
    seen: dict[tuple[str, str], int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
            continue
        name, line = (key.tag, key.value), key.start_mark.line + 1
        if name in seen:
            raise TwiceError(f"the key '{key.value}' is there twice, in lines {seen[name]} and {line}")
        seen[name] = line
