"""The base of every typed mapping of the project: sections of the configuration, entries of the zoo, specs of jobs."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_serializer
from pydantic.functional_serializers import SerializerFunctionWrapHandler


class Strict(BaseModel):
    """A mapping in which a misspelt key is an error, and whose values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class WithoutDefaults(Strict):
    """A mapping written without what is at its default: a key that it gains later changes no spec until it is used."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = type(self).model_fields
        return {
            name: value
            for name, value in dump(self).items()
            if fields[name].is_required() or getattr(self, name) != fields[name].get_default(call_default_factory=True)
        }
