"""Files generated from the configuration's schema: its reference for people, and JSON schemas for editors."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from vitatlas.config.encoders import EncoderSettings, TextTower
from vitatlas.config.models import ModelEntry, ModelZoo
from vitatlas.config.schema import Config
from vitatlas.config.site import Site

INTRODUCTION = """\
# Configuration

<!-- Generated from src/vitatlas/config by `make docs`; edit the schema there. -->

One file per tier, all with the same keys: `smoke.yaml`, `demo.yaml` (the default), `paper.yaml`. The keys of one paper
stand in a section under its name, which must be there where `papers` names the paper. Choose with
`--config tier=paper`. To change a value for one run, say `--config seed=1`; to change several, put them in a file of
your own, nested as in the tier's file, and pass it with `--configfile mine.yaml`: its values go on top of the tier's.

A key that is missing, misspelt or of the wrong type stops the run before anything is computed, with its name and
what is allowed. Changing a value reruns exactly the jobs that depend on it.
"""


@dataclass(frozen=True)
class PaperTypes:
    """The types that one paper adds to the configuration.

    Attributes:
        section: Its section in a tier's file.
        zoo_annex, model_annex: What it adds to the zoo, and to an entry; None for nothing.
    """

    section: type[BaseModel]
    zoo_annex: type[BaseModel] | None
    model_annex: type[BaseModel] | None


def reference(papers: Mapping[str, PaperTypes]) -> str:
    """The text of `config/README.md`."""
    parts = [INTRODUCTION, "## A tier: `smoke.yaml`, `demo.yaml`, `paper.yaml`\n", _table(Config)]
    for name, paper in papers.items():
        parts += [f"### The section `{name}`\n", f"{_first_line(paper.section)}\n", _table(paper.section, f"{name}.")]
    parts += ["## The model zoo: `models.yaml`\n\n### `models.<name>`\n", _table(ModelEntry)]
    parts += ["### `models.<name>.encoder`\n", _table(EncoderSettings, "encoder.")]
    parts += ["### `models.<name>.encoder.text`\n", _table(TextTower, "encoder.text.")]
    for name, paper in papers.items():
        if paper.model_annex is not None:
            parts += [f"### `models.<name>.{name}`\n", _table(paper.model_annex, f"{name}.")]
        if paper.zoo_annex is not None:
            parts += [f"### `{name}`\n", _table(paper.zoo_annex, f"{name}.")]
    parts += ["## The computing centre: `site.yaml` (ignored by git; copy `site.example.yaml`)\n", _table(Site)]
    return "\n".join(parts)


def schemas(tier: type[Config], zoo: type[ModelZoo]) -> dict[str, str]:
    """JSON schemas by file name.

    Args:
        tier, zoo: With the sections and annexes of all papers.
    """
    models: dict[str, type[BaseModel]] = {
        "tier.schema.json": tier,
        "models.schema.json": zoo,
        "site.schema.json": Site,
    }
    return {
        name: json.dumps(model.model_json_schema(mode="validation"), indent=1, sort_keys=True) + "\n"
        for name, model in models.items()
    }


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _table(model: type[BaseModel], prefix: str = "") -> str:
    lines = ["| key | type | default | what it is |", "|---|---|---|---|"]
    for key, field in _keys(model, prefix):
        default = "" if field.is_required() else f"`{json.dumps(_plain(field))}`"
        lines.append(f"| `{key}` | {_type(field.annotation)} | {default} | {field.description or ''} |")
    return "\n".join(lines) + "\n"


def _keys(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    """Every key below `model`, nested ones with dots; the entries of a mapping under `<name>`."""
    for name, field in model.model_fields.items():
        inner, key = field.annotation, f"{prefix}{name}"
        if get_origin(inner) is dict and _is_model(get_args(inner)[1]):
            inner, key = get_args(inner)[1], f"{key}.<name>"
        if _is_model(inner):
            if field.description:
                yield key, field
            yield from _keys(inner, f"{key}.")  # type: ignore[arg-type]
        else:
            yield key, field


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _plain(field: FieldInfo) -> Any:
    return to_jsonable_python(field.get_default(call_default_factory=True), exclude_none=True)


def _type(kind: Any) -> str:
    """A type in a reader's words."""
    names = {int: "integer", float: "number", str: "text", bool: "true or false", type(None): "null", Any: "anything"}
    if kind in names:
        return names[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(argument) for argument in arguments)
    if origin is tuple:
        return f"list of {len(arguments)} × {_type(arguments[0])}"
    if origin is list:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"mapping to {_type(arguments[1])}"
    if hasattr(kind, "__metadata__"):
        return _type(arguments[0])
    return "section"
