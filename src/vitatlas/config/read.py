"""Reading configuration of any kind: files, values on top of each other, and errors in the user's terms.

Knows no schema, so that a job that needs only this does not depend on all of the configuration.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from vitatlas.errors import UserError

M = TypeVar("M", bound=BaseModel)


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping.

    Raises:
        UserError: The file is missing, is no YAML, or holds something else.
    """
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=path) from error
    except yaml.YAMLError as error:
        raise UserError(f"no valid YAML: {error}", where=path) from error
    if not isinstance(value, dict):
        raise UserError("expected keys and values", where=path)
    return value


def merge(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the values of `top` over it; mappings merge key by key, everything else is replaced."""
    merged = dict(base)
    for key, value in top.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def validate(model: type[M], value: Any, origin: str) -> M:
    """`value` as `model`.

    Raises:
        UserError: Names the first key that does not fit, what is wrong with it and what is allowed.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        details = error.errors()[0]
        key = ".".join(str(part) for part in details["loc"]) or "(the whole file)"
        problem, remedy = _explain(model, details, key)
        raise UserError(problem, where=origin, remedy=remedy) from error


def require_known(name: str, names: Iterable[str], what: str, where: str) -> None:
    """Check that `name` is one of `names`.

    Raises:
        UserError: It is not; lists the names and suggests the nearest.
    """
    names = sorted(names)
    if name not in names:
        raise UserError(
            f"unknown {what} '{name}'; there are: {', '.join(names)}", where=where, remedy=_nearest(name, names)
        )


def _explain(model: type[BaseModel], details: Any, key: str) -> tuple[str, str | None]:
    kind = details["type"]
    if kind == "extra_forbidden":
        names = _fields_at(model, details["loc"][:-1])
        allowed = f"; allowed here: {', '.join(names)}" if names else ""
        return f"unknown key '{key}'{allowed}", _nearest(str(details["loc"][-1]), names)
    if kind == "missing":
        return f"the key '{key}' is missing", f"add {key}"
    return f"key '{key}': {details['msg']} (got {details['input']!r})", None


def _fields_at(model: type[BaseModel], location: Iterable[Any]) -> list[str]:
    """The keys allowed at a place of a nested model; empty where that is not a model."""
    current: Any = model
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel) and part in current.model_fields:
            current = _given(current.model_fields[part].annotation)
        else:
            arguments = get_args(current)
            current = _given(arguments[-1]) if arguments else None
    if isinstance(current, type) and issubclass(current, BaseModel):
        return sorted(current.model_fields)
    return []


def _given(kind: Any) -> Any:
    """The type of a value that may be left out, where it is given: `M` of `M | None`; of other types itself."""
    kinds = [part for part in get_args(kind) if part is not NoneType]
    return kinds[0] if get_origin(kind) in (Union, UnionType) and len(kinds) == 1 else kind


def _nearest(name: str, names: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f"did you mean '{near[0]}'?" if near else None
