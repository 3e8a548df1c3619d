"""The schema of claims: statements that a paper makes in words or by the order of its numbers.

Five kinds. `order`: one thing is greater than the next. `equal`: within a margin of something. `at_least`: reaches a
value. `peak`: where over the layers something is greatest. `trend`: goes with something else over models. All but
`at_least` can be judged on models of any size: `equal` is to a level of chance, or to other readings.

A selection may have any key of the paper; `claim_keys` holds it against them.

Depth is the share of blocks passed: layer l of L is at (l + 1) / L.
"""

from __future__ import annotations

from itertools import product
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from vitatlas.config.strict import Strict

Confidence = Literal[
    "read in a results file",
    "computed from results files",
    "stated by the paper",
    "inferred from the published numbers",
    "recollected, not verified",
]
TREND_MODELS = 3
"""The number of models that a trend needs."""

Depth = tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]]
Take = Literal["value", "best", "mean"]


class Selection(Strict):
    """A choice of readings: values by key. A key that is not given is not asked for; several values: any of them; null:
    the readings must not have it."""

    model_config = ConfigDict(extra="allow")

    def given(self) -> dict[str, Any]:
        """The keys that are asked for, with their values."""
        return dict(self.__pydantic_extra__ or {})


class Side(Selection):
    """One side of a comparison."""

    depth: Depth | None = Field(default=None, description="only layers in this range of depth")


class Curve(Selection):
    """One curve over layers."""

    ceiling: float | None = Field(
        default=None,
        gt=0,
        description="placed where it first comes so near to its highest value; null: at the highest",
    )


class Line(Selection):
    """One line of `each`: a claim of its own, or one per combination of the values of its lists."""

    artifact: str | None = None
    contradicted: str | None = Field(default=None, description="how the published numbers contradict it here")


class ClaimBase(Strict):
    """The part that all kinds of claims have."""

    id: str
    statement: str = Field(description="with {keys} of `of` and `each` in it")
    artifact: str | None = Field(default=None, description="figure or table of the registry that shows it")
    source: str = Field(description="where in the paper, or in its files")
    confidence: Confidence
    of: Selection = Field(default_factory=Selection, description="what all its readings have in common")
    solved: bool = Field(default=False, description="whether it presupposes what `solved` of the file says of models")
    each: list[Line] = Field(default_factory=list)
    contradicted: str | None = None

    def lines(self) -> list[Any]:
        """The single claims: one per line of `each` and combination of its lists' values."""
        if not self.each:
            return [self]
        return [self._single(line, dict(cell)) for line in self.each for cell in _combinations(line)]

    def _single(self, line: Line, cell: dict[str, Any]) -> Any:
        update = {
            "id": "/".join([self.id, *map(str, cell.values())]),
            "of": Selection(**self.of.given() | cell),
            "artifact": line.artifact or self.artifact,
            "contradicted": line.contradicted,
            "each": [],
        }
        return self.model_copy(update=update)


class Order(ClaimBase):
    """Each step's readings are greater than the next step's, those of every model named."""

    kind: Literal["order"]
    steps: list[Side] = Field(min_length=2, description="from the greatest to the smallest")
    take: Take = Field(default="value", description="of curves over layers: the best layer's value, or the mean")
    by: float = Field(default=0, ge=0, description="by how much, at least")


class Equal(ClaimBase):
    """Readings, in every layer where there are layers, are within a margin of something."""

    kind: Literal["equal"]
    to: float | Side = Field(description="a level of chance, or other readings of the same models")
    within: float = Field(gt=0)
    depth: Depth = (0, 1)


class AtLeast(ClaimBase):
    """The best layer reaches a value: only models of the paper's own size are judged."""

    kind: Literal["at_least"]
    value: float
    depth: Depth = (0, 1)


class Peak(ClaimBase):
    """Curves over layers are highest one after the other, within a range of depth, or at the same depth."""

    kind: Literal["peak"]
    curves: list[Curve] = Field(min_length=1)
    in_order: bool = Field(default=False, description="each curve peaks at a later layer than the one before")
    denied: bool = Field(default=False, description="the claim is that they do not peak in order")
    depth: Depth | None = Field(default=None, description="the only curve peaks in this range")
    together: float | None = Field(
        default=None, ge=0, description="the two curves' places differ by so much depth at most"
    )

    @model_validator(mode="after")
    def _one_relation(self) -> Peak:
        asked = {"in_order": self.in_order, "depth": self.depth is not None, "together": self.together is not None}
        names = [name for name, is_set in asked.items() if is_set]
        curves = {"in_order": len(self.curves) > 1, "depth": len(self.curves) == 1, "together": len(self.curves) == 2}
        if len(names) != 1 or not curves[names[0]]:
            raise ValueError("a peak claim has one of: in_order (several curves), depth (one), together (two)")
        return self


class Trend(ClaimBase):
    """Over models, y grows with x (Pearson's r)."""

    kind: Literal["trend"]
    x: Side
    y: Side
    models: list[str] = Field(min_length=1, description=f"at least {TREND_MODELS}; a tier's stand-ins may be fewer")
    without: str | None = Field(default=None, description="a model on which it may rest: r without it is told too")


Claim = Annotated[Order | Equal | AtLeast | Peak | Trend, Field(discriminator="kind")]


def _combinations(line: Line) -> list[tuple[tuple[str, Any], ...]]:
    """All choices of one value per key of the line."""
    given = {key: value if isinstance(value, list) else [value] for key, value in line.given().items()}
    return [tuple(zip(given, values, strict=True)) for values in product(*given.values())]
