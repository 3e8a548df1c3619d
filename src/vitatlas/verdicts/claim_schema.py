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

from pydantic import Field, model_validator

from vitatlas.config.strict import Strict
from vitatlas.verdicts.selections import Beside, Curve, Depth, Line, Selection, Side, Take

Confidence = Literal[
    "read in a results file",
    "read on the project page",
    "computed from results files",
    "stated by the paper",
    "told by others",
    "inferred from the published numbers",
    "ours",
    "recollected, not verified",
]
TREND_MODELS = 4
"""The number of models that a trend needs: below it, r has no interval."""


class ClaimBase(Strict):
    """The part that all kinds of claims have."""

    id: str
    statement: str = Field(description="with {keys} of `of` and `each` in it")
    artifact: str | None = Field(default=None, description="figure or table of the registry that shows it")
    source: str = Field(description="where in the paper, or in its files")
    confidence: Confidence
    of: Selection = Field(default_factory=Selection, description="what all its readings have in common")
    solved: bool | Selection = Field(
        default=False,
        description="whether it presupposes what `solved` of the file says of models; a selection: of these models "
        "(`model`), or of these readings of them",
    )
    published: Selection = Field(
        default_factory=Selection, description="keys by which the published numbers of it are found, where others"
    )
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
    """Readings, in every layer where there are layers, are within a margin of something: nothing happens there."""

    kind: Literal["equal"]
    to: float | Side = Field(description="a level of chance, or other readings of the same models")
    within: float = Field(gt=0)
    depth: Depth = (0, 1)
    beside: list[Beside] = Field(min_length=1, description="where something does; else the claim is not judged")


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
    beside: Selection | None = Field(
        default=None, description="of a denial: the keys of the curves that do peak in order; else it is not judged"
    )

    @model_validator(mode="after")
    def _one_relation(self) -> Peak:
        asked = {"in_order": self.in_order, "depth": self.depth is not None, "together": self.together is not None}
        names = [name for name, is_set in asked.items() if is_set]
        curves = {"in_order": len(self.curves) > 1, "depth": len(self.curves) == 1, "together": len(self.curves) == 2}
        if len(names) != 1 or not curves[names[0]]:
            raise ValueError("a peak claim has one of: in_order (several curves), depth (one), together (two)")
        if self.denied != (self.beside is not None):
            raise ValueError("`beside` goes with `denied`: it says where the order is to be found")
        return self


class Trend(ClaimBase):
    """Over models, y grows with x (Pearson's r)."""

    kind: Literal["trend"]
    x: Side
    y: Side
    models: list[str] = Field(
        min_length=1, description=f"at least {TREND_MODELS}; those that `solved` leaves out, or stand-ins, may be fewer"
    )
    without: str | None = Field(default=None, description="a model on which it may rest: r without it is told too")


Claim = Annotated[Order | Equal | AtLeast | Peak | Trend, Field(discriminator="kind")]


EFFECTS = (Order, AtLeast, Trend)
"""The kinds that assert something which tables that hold nothing must not show; `Peak` too, unless it is denied."""


def asserts_an_effect(claim: Any) -> bool:
    """Whether tables that hold nothing must not bear the claim out."""
    return isinstance(claim, EFFECTS) or (isinstance(claim, Peak) and not claim.denied)


def margin_of(claim: Any) -> float | None:
    """The margin that we gave a claim, since papers say "more" and not by how much; None: it has none."""
    margins = [getattr(claim, name, None) for name in ("by", "within", "together")]
    return next((margin for margin in margins if margin), None)


def _combinations(line: Line) -> list[tuple[tuple[str, Any], ...]]:
    """All choices of one value per key of the line."""
    given = {key: value if isinstance(value, list) else [value] for key, value in line.given().items()}
    return [tuple(zip(given, values, strict=True)) for values in product(*given.values())]
