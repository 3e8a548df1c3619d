"""Names in the configuration: those that its author chooses, and those of things that must be there.

A key or value that names a thing says so in its type. So one walk over a section finds all of them, and a name that
nothing has is refused instead of ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints

V = TypeVar("V")

DEFAULT = "default"
"""The key of the entry that holds where none has the name that is asked for."""


@dataclass(frozen=True)
class NameOf:
    """A mark on a type: texts of it are names of things of this kind.

    Attributes:
        kind: The things: model, data set, rule, …
        default: Whether the text may be `default` too.
    """

    kind: str
    default: bool = False


Name = Annotated[str, StringConstraints(pattern=r"^\w[\w-]*$")]
"""A name that the author of a configuration chooses; files and targets are named after it."""

MODEL, DATA_SET = "model", "data set"
ModelName = Annotated[str, NameOf(MODEL)]
DataName = Annotated[str, NameOf(DATA_SET)]
ByModel = dict[Annotated[str, NameOf(MODEL, default=True)], V]
"""Values under names of models; under `default` that of all others."""


class Named(NamedTuple):
    """A name that a section gives: where it stands, and what it is the name of."""

    place: str
    of: NameOf
    name: str


def names_in(section: BaseModel, place: str) -> Iterator[Named]:
    """Every name of a thing that a section gives, as key or value.

    Args:
        place: The key of the section; places of names begin with it.
    """
    for key, field in type(section).model_fields.items():
        yield from _names(getattr(section, key), field.annotation, field.metadata, f"{place}.{key}")


def _names(value: Any, kind: Any, marks: Any, place: str) -> Iterator[Named]:
    if get_origin(kind) is Annotated:
        kind, *inner = get_args(kind)
        marks = [*marks, *inner]
    if isinstance(value, BaseModel):
        yield from names_in(value, place)
    elif get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            if _fits(value, one):
                yield from _names(value, one, marks, place)
                return
    elif isinstance(value, str):
        yield from (Named(place, mark, value) for mark in marks if isinstance(mark, NameOf))
    elif isinstance(value, Mapping):
        keys, values = get_args(kind) or (Any, Any)
        for key, item in value.items():
            yield from _names(key, keys, (), place)
            yield from _names(item, values, (), f"{place}.{key}")
    elif isinstance(value, list | tuple):
        kinds = get_args(kind) or (Any,)
        for number, item in enumerate(value):
            yield from _names(item, kinds[min(number, len(kinds) - 1)], (), place)


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of this one of several types."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    plain = get_origin(kind) or kind
    return isinstance(plain, type) and isinstance(value, plain)
