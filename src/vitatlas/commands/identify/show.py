"""All that is known of a file, in words."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from vitatlas.artifacts.spec import number as number_of
from vitatlas.commands.identify.identity import Identity, changed
from vitatlas.jobs.again import commands_for

LABEL, WIDTH = 14, 118
DIGITS = 12  # of a checksum, as shown


def as_text(identity: Identity) -> str:
    """The answer of `make identify`."""
    lines = [str(identity.path)]
    for label, texts in _entries(identity):
        for number, text in enumerate(texts):
            whole = f"  {(label if number == 0 else '').ljust(LABEL)}{text}"
            # A path stays in one piece, on one line with its checksum
            lines += [whole] if label == "inputs" else textwrap.wrap(whole, WIDTH, subsequent_indent=" " * (LABEL + 4))
    again = [f"  {command}" for command in commands_for(identity.record, identity.target, identity.here)]
    return "\n".join([*lines, "", "To make it again, in a checkout of the project:", "", *again])


def _entries(identity: Identity) -> Iterator[tuple[str, list[str]]]:
    record = identity.record
    yield "what", [_what(record)]
    yield "tier", [record["tier"] or "none: all tiers share it"]
    yield "commit", [_commit(identity)]
    yield "settings", _settings(identity)
    yield "here", _here(identity)
    yield "environment", [_environment(identity)]
    yield "inputs", _inputs(identity)


def _what(record: Mapping[str, Any]) -> str:
    spec = record["spec"]
    if record.get("about"):
        kind = "weights" if str(record["target"]).endswith(".safetensors") else "table"
        return f"{kind}: " + ", ".join(f"{key} {_shown(value)}" for key, value in record["about"].items())
    if {"artifact", "paper", "title"} <= spec.keys():
        style = f", in the style {record['style']}" if "style" in record else ""
        return f"{number_of(spec['artifact'])} of {spec['paper']}: {spec['title']}{style}"
    return str(record["target"])


def _commit(identity: Identity) -> str:
    if not identity.commit:
        return "unknown: it was not made in a git checkout"
    said = identity.commit
    if identity.dirty:
        said += ", with uncommitted changes, which nobody can check out"
    if identity.here == identity.commit:
        return f"{said}; this checkout is at it"
    if identity.here.startswith(identity.commit):
        return f"{said}; this checkout is at it, with uncommitted changes"
    where = f"this checkout is at {identity.here}" if identity.here else "this is no git checkout"
    return f"{said}; {where}" if identity.known else f"{said}, which git does not have here; {where}"


def _settings(identity: Identity) -> list[str]:
    record = identity.record
    if not record["tier"]:
        return ["no tier's"]
    file = f"config/{record['tier']}.yaml"
    if not record["settings"]:
        return [f"those of {file} at that commit"]
    return [f"those of {file} at that commit, but:", *_leaves(record["settings"])]


def _leaves(value: Mapping[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key, part in value.items():
        nested = isinstance(part, Mapping) and part
        found += _leaves(part, f"{prefix}{key}.") if nested else [f"{prefix}{key}: {_shown(part)}"]
    return found


def _here(identity: Identity) -> list[str]:
    """Whether this checkout would make the same, and if not, why."""
    if identity.refused:
        return [f"this checkout does not make it: {' '.join(identity.refused.split())}"]
    if not identity.causes:
        return ["this checkout would make it with the same program, settings and versions"]
    causes = [f"{cause.what}: {cause.detail}" if cause.detail else cause.what for cause in identity.causes]
    return ["this checkout would make it otherwise:", *causes]


def _environment(identity: Identity) -> str:
    digest = identity.record["environment"]
    if digest is None:
        return "not recorded"
    image = identity.images.get(digest)
    if image:
        return f"{digest}, the versions in envs/{image}*.lock.txt here"
    return f"{digest}, other versions than envs/ locks here"


def _inputs(identity: Identity) -> list[str]:
    inputs, other = identity.inputs, changed(identity.inputs)
    if not inputs:
        return ["none"]
    count = f"{len(inputs)} file{'s' * (len(inputs) > 1)}"
    head = f"{count}, unchanged" if not other else f"{count}, of which {len(other)} are not here as they were"
    return [head, *(f"{item.sha256[:DIGITS]} {item.state.ljust(9)} {item.path}" for item in inputs)]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
