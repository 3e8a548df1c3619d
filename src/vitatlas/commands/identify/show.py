"""All that is known of a file, in words."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from vitatlas.artifacts.spec import number as number_of
from vitatlas.commands.identify.identity import Identity, changed
from vitatlas.jobs.again import commands_for, missing_for
from vitatlas.jobs.seal import EDITED, INTACT, WITHOUT

LABEL, WIDTH = 14, 118
_CONTENT = {
    INTACT: "as it was written, by the digest inside",
    EDITED: "CHANGED since it was written: what follows is about what it was, not about what it holds now",
    WITHOUT: "unknown: an older version wrote it, without a digest of its own",
}
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
    needs = missing_for(identity.record)
    also = textwrap.wrap(f"{needs}.", WIDTH) if needs else []
    return "\n".join([*lines, "", "To make it again, in a checkout of the project:", *also, "", *again])


def _entries(identity: Identity) -> Iterator[tuple[str, list[str]]]:
    record = identity.record
    yield "what", [_what(record)]
    yield "tier", [record["tier"] or "none: all tiers share it"]
    yield "content", [_CONTENT[identity.content]]
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
        return f"unknown: {identity.record.get('unknown', {}).get('commit', 'the record does not say why')}"
    said = identity.commit
    if identity.dirty:
        said += ", with uncommitted changes, which nobody can check out"
    if identity.here == identity.commit:
        return f"{said}; this checkout is at it"
    if identity.here.startswith(identity.commit):
        return f"{said}; this checkout is at it, with uncommitted changes"
    if identity.here_unknown:
        return f"{said}; whether this checkout is at it is unknown: {identity.here_unknown}"
    where = f"this checkout is at {identity.here}"
    return f"{said}, which git does not have here; {where}" if identity.known is False else f"{said}; {where}"


def _settings(identity: Identity) -> list[str]:
    record = identity.record
    if not record["tier"]:
        return ["no tier's"]
    if record["settings"] is None:
        return [f"unknown: {record.get('unknown', {}).get('settings', 'the record does not say why')}"]
    then = "at that commit" if identity.commit and not identity.dirty else "as it was then"
    said = f"those of config/{record['tier']}.yaml {then}"
    return [f"{said}, but:", *_leaves(record["settings"])] if record["settings"] else [said]


def _leaves(value: Mapping[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key, part in value.items():
        nested = isinstance(part, Mapping) and part
        found += _leaves(part, f"{prefix}{key}.") if nested else [f"{prefix}{key}: {_shown(part)}"]
    return found


def _here(identity: Identity) -> list[str]:
    """Whether this checkout would make the same, and if not, why."""
    if identity.unasked:
        return [f"unknown: {' '.join(identity.unasked.split())}"]
    if identity.refused:
        return [f"this checkout does not make it: {' '.join(identity.refused.split())}"]
    if not any(identity.target in job.outputs for job in identity.jobs):
        return ["unknown: this checkout has a rule for it, but Snakemake does not say with which settings"]
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
