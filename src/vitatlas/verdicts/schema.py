"""The schema of `config/published/<paper>.yaml`: numbers and claims of one paper.

`numbers` hold values by analysis, in blocks that share where they were read; `claims` (see `claim_schema`) statements
that the paper makes in words or by the order of its numbers; `unknown` numbers that could not be found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from vitatlas.config.strict import Strict
from vitatlas.verdicts.claim_schema import TREND_MODELS, Claim, Confidence, Trend
from vitatlas.verdicts.selections import Selection
from vitatlas.verdicts.words import fields

LAYERS = "layers"
"""The tolerance of curves: that of `tolerances`."""


class Tolerances(Strict):
    """The distance that a layer's value may have from ours, for blocks with `tolerance: layers`."""

    plateau: float = Field(gt=0, description="where the published curve is flat")
    steep: float = Field(gt=0, description="where it is steep")
    rise: float = Field(gt=0, description="a layer is steep if a neighbour's published value differs by more than this")


class Block(Strict):
    """Numbers that were read in one place."""

    artifact: str | None = Field(description="figure or table of the registry that shows them; null: none does")
    source: str = Field(description="where they were read")
    confidence: Confidence = "read in a results file"
    note: str | None = Field(default=None, description="what a reader of the numbers must know")
    kind: Literal["equal", "peak"] = Field(default="equal", description="peak: the numbers are places of peaks, layers")
    chance: float | None = Field(default=0.5, description="the value of guessing; null: there is none")
    tolerance: Annotated[float, Field(gt=0)] | Literal["layers"] = Field(description="how far ours may be from them")
    decimals: int = Field(ge=0, description="to which they were rounded")
    fixed: dict[str, str] = Field(default_factory=dict, description="what all values have in common")
    rows: list[str] = Field(min_length=1, description="what the words of a label in `values` say, in this order")
    along: Literal["layer"] | dict[str, list[str]] | None = Field(
        default=None, description="what the places of a list are: layers from 0, or the values of a key; null: no lists"
    )
    values: dict[str, float | list[float | None]] = Field(min_length=1, description="by label; null: not known")

    @model_validator(mode="after")
    def _fits(self) -> Block:
        places = next(iter(self.along.values())) if isinstance(self.along, dict) else None
        for label, values in self.values.items():
            if len(label.split()) != len(self.rows):
                raise ValueError(f"label '{label}' has not as many words as rows: {', '.join(self.rows)}")
            if isinstance(values, list) != (self.along is not None):
                raise ValueError(f"'{label}': lists go with `along`, single values without")
            if places is not None and isinstance(values, list) and len(values) != len(places):
                raise ValueError(f"'{label}' has {len(values)} values for {len(places)} places")
        return self


class Section(Strict):
    """The numbers of one analysis."""

    blocks: list[Block] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _share(cls, value: Any) -> Any:
        """Give each block what stands under `shared`, unless it has a value of its own."""
        if not isinstance(value, Mapping) or "shared" not in value:
            return value
        rest = {key: part for key, part in value.items() if key != "shared"}
        if not isinstance(value["shared"], Mapping) or not isinstance(rest.get("blocks"), list):
            raise ValueError("expected `shared` (keys of blocks) and `blocks` (a list)")
        shared = dict(value["shared"])
        return rest | {"blocks": [shared | block if isinstance(block, dict) else block for block in rest["blocks"]]}


class Unknown(Strict):
    """Something that the paper shows and whose numbers could not be found out."""

    what: str
    artifacts: list[str] = Field(description="figures and tables that it belongs to")
    reason: str


class Solved(Strict):
    """The presupposition of claims with `solved: true`: that a reading of each of their models reaches a value."""

    of: Selection = Field(description="which reading of the model")
    keys: list[str] = Field(description="keys of that reading whose values are the claim's own")
    at_least: float = Field(description="the value from which a model solves what it was trained for")
    otherwise: str = Field(description="why the claim is not judged; with {model}, {value} and {keys} in it")
    unmeasured: str = Field(description="the same, where the reading is missing; with {model} and {keys} in it")

    @model_validator(mode="after")
    def _can_be_filled(self) -> Solved:
        filled = {"model", *self.keys}
        if strange := (fields(self.otherwise) - {"value", *filled}) | (fields(self.unmeasured) - filled):
            raise ValueError(f"there are no words for: {', '.join(sorted(strange))}")
        return self


class Under(Strict):
    """Published numbers that were read under a departure of the authors' code which changes them."""

    switch: str = Field(description="the switch of the protocol that says so of ours")
    of: Selection = Field(description="which numbers")
    why: str = Field(description="what is different; said where ours were not read so")


class PublishedFile(Strict):
    """The whole of `config/published/<paper>.yaml`."""

    title: str = Field(description="the paper's title")
    reference: str = Field(description="authors, venue and year")
    reference_code: str = Field(description="the authors' repository")
    tolerances: Tolerances
    statement: str = Field(
        default="{model}: {rest}",
        description="how a number is named; with {keys} of the paper in it, and {rest}: those that it does not name",
    )
    solved: Solved | None = Field(default=None, description="what claims with `solved: true` presuppose")
    under: list[Under] = Field(default_factory=list, description="under which protocol numbers were read, if not ours")
    numbers: dict[str, Section] = Field(description="by analysis")
    claims: list[Claim]
    unknown: list[Unknown] = Field(default_factory=list)

    @field_validator("statement")
    @classmethod
    def _braces(cls, statement: str) -> str:
        fields(statement)
        return statement

    @model_validator(mode="after")
    def _trends_of_enough_models(self) -> PublishedFile:
        for claim in self.claims:
            if isinstance(claim, Trend) and len(claim.models) < TREND_MODELS:
                raise ValueError(f"the trend '{claim.id}' names {len(claim.models)} models; it needs {TREND_MODELS}")
        return self
