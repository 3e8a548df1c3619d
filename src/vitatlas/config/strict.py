"""The base of every typed mapping of the project: sections of the configuration, entries of the zoo, specs of jobs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A mapping in which a misspelt key is an error, and whose values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
