"""Reading configuration of any kind: files, values on top of each other, and errors in the user's terms.

Knows no schema, so that a job that needs only this does not depend on all of the configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from vitatlas.config.near import listed, suggestion
from vitatlas.config.unique import TwiceError, parse
from vitatlas.errors import UserError

M = TypeVar("M", bound=BaseModel)

_LONGEST = 80
"""Characters of a wrong value that are shown."""


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping.

    Raises:
        UserError: The file is missing, is no YAML, gives a key twice, or holds something else.
    """
    try:
        value = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=path) from error
    except UnicodeDecodeError as error:
        raise UserError(f"no text in UTF-8: {error}", where=path) from error
    except TwiceError as error:
        raise UserError(
            str(error), where=path, remedy="leave one of them, or put what stands below the second below the first"
        ) from error
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
        problem, remedy = _explain(model, *_first(error, value))
        raise UserError(problem, where=origin, remedy=remedy) from error


def require_known(name: str, names: Iterable[str], what: str, where: str) -> None:
    """Check that `name` is one of `names`.

    Raises:
        UserError: It is not; lists the names, or of many the nearest, and suggests what may have been meant.
    """
    names = sorted(names)
    if name not in names:
        raise UserError(f"unknown {what} '{name}'; {listed(name, names)}", where=where, remedy=suggestion(name, names))


def _first(error: ValidationError, value: Any) -> tuple[Any, tuple[Any, ...]]:
    """The first thing that is wrong, and its place in the value. Of a value that may be of several types it is that of
    the type that fits best."""
    found = [(details, *_place(details["loc"], value)) for details in error.errors()]
    _, place, kinds = found[0]
    if kinds:
        others = [one for one in found if one[1][: len(place) - 1] == place[:-1] and one[2]]
        by_kind = {one[2][0]: [other for other in others if other[2][0] == one[2][0]] for one in others}
        found = min(by_kind.values(), key=len)
    return found[0][0], found[0][1]


def _place(location: Iterable[Any], value: Any) -> tuple[tuple[Any, ...], list[Any]]:
    """The keys of a location, without the names of types that pydantic puts between them; and these names."""
    keys, kinds, parts = list[Any](), list[Any](), [part for part in location if part != "[key]"]
    for number, part in enumerate(parts):
        if isinstance(value, list | tuple) and isinstance(part, int):
            value = value[part] if part < len(value) else None
        elif isinstance(value, Mapping) and (part in value or number == len(parts) - 1):
            value = value.get(part)
        else:
            kinds.append(part)
            continue
        keys.append(part)
    return tuple(keys), kinds


def _explain(model: type[BaseModel], details: Any, place: tuple[Any, ...]) -> tuple[str, str | None]:
    kind, key = details["type"], ".".join(map(str, place))
    if kind == "extra_forbidden":
        names = _fields_at(model, details["loc"][:-1])
        allowed = f"; allowed here: {', '.join(names)}" if names else ""
        return f"unknown key '{key}'{allowed}", suggestion(str(place[-1]), names)
    if kind == "missing":
        return f"the key '{key}' is missing", f"add {key}"
    if kind == "value_error":
        said = str(details["ctx"]["error"])
        return f"key '{key}': {said}" if key else said, None
    said = details["msg"]
    if kind == "string_pattern_mismatch":
        dash = " and -" if "-" in details["ctx"]["pattern"] else ""
        said = f"a name is made of letters, digits, _{dash}"
    return f"key '{key or '(the whole file)'}': {said} (got {_shown(details['input'])})", None


def _shown(value: Any) -> str:
    """A value in few words."""
    if isinstance(value, Mapping):
        return f"keys and values: {', '.join(map(str, value))}"[:_LONGEST] if value else "no keys"
    said = repr(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …"


def _fields_at(model: type[BaseModel], location: Iterable[Any]) -> list[str]:
    """The keys allowed at a place of a nested model; empty where that is not a model. The place names the types of
    values that may be of several."""
    current: Any = model
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel) and part in current.model_fields:
            current = current.model_fields[part].annotation
        else:
            inside = get_args(current)
            named = [kind for kind in inside if getattr(kind, "__name__", None) == part]
            current = [*named, *inside[-1:], None][0]
        current = _given(current)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return sorted(current.model_fields)
    return []


def _given(kind: Any) -> Any:
    """The type of a value that may be left out, where it is given: `M` of `M | None`; of other types itself."""
    kinds = [part for part in get_args(kind) if part is not NoneType]
    return kinds[0] if get_origin(kind) in (Union, UnionType) and len(kinds) == 1 else kind
