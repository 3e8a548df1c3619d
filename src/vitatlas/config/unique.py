"""YAML in which a key stands once: of one that is given twice, YAML would silently keep the last value."""

from __future__ import annotations

from typing import Any

import yaml

_MERGE = "tag:yaml.org,2002:merge"


class TwiceError(yaml.YAMLError):
    """A key that a mapping has twice."""


class _Loader(yaml.SafeLoader):
    """A loader that refuses a second value for a key; values from `<<` may be replaced, that is what it is for."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        # Looked at as written: later, what `<<` brings in stands among the mapping's own keys.
        node = super().compose_mapping_node(anchor)
        seen: dict[tuple[str, str], int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                continue
            name, line = (key.tag, key.value), key.start_mark.line + 1
            if name in seen:
                raise TwiceError(f"the key '{key.value}' is there twice, in lines {seen[name]} and {line}")
            seen[name] = line
        return node


def parse(text: str) -> Any:
    """The content of a YAML document.

    Raises:
        TwiceError: A key that a mapping has twice.
        yaml.YAMLError: No YAML.
    """
    return yaml.load(text, _Loader)  # a safe loader
