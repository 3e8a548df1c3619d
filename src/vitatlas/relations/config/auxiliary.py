"""Auxiliary losses of fine-tuning: the section `auxiliary` of the configuration (Lepori et al., section 7).

Imports no torch.
"""

from __future__ import annotations

from math import ceil
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator, model_validator

from vitatlas.config.names import Name
from vitatlas.config.runs import require_exactly
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.relations.config.training import Finetuning

Index = Annotated[int, Field(ge=0)]
Indices = Annotated[list[Index], Field(min_length=1)]
Task = Literal["discrimination", "rmts"]

WITHOUT = "none"
"""The variant that the others are compared with."""

PIPELINE_SPANS = {"within_object": (1 / 4, 1 / 2), "within_pair": (1 / 2, 2 / 3), "between_pair": (2 / 3, 5 / 6)}
"""The part of the model that each term of the pipeline loss takes, as shares of its depth.

Of 12 blocks: 3 to 5, 6 and 7, 8 and 9, around the peaks that CLIP ViT-B/16 shows; of 6: 2, 3, 4.
"""

PROBE_DEPTHS = {"disentanglement": 1 / 4, "identity": 1 / 4, "judgement": 2 / 3}
"""Before which block each probe reads, as a share of the depth: objects where the pipeline begins to gather them (block
3 of 12, 2 of 6), pairs after it has compared them (8 of 12, 4 of 6)."""


class Probe(Strict):
    """A loss of linear probes on object tokens."""

    loss: Literal["disentanglement", "identity", "judgement"]
    layer: Index | None = Field(default=None, description="the block whose input is read; null: by relative depth")
    weight: float = Field(default=1.0, gt=0, description="factor of this loss in the sum")

    def block(self, depth: int) -> int:
        """The block whose input is read, of `depth`."""
        return ceil(PROBE_DEPTHS[self.loss] * depth) if self.layer is None else self.layer


class Pipeline(Strict):
    """The loss on attention between objects: in the layers of each set, listed heads are to attend so."""

    loss: Literal["pipeline"]
    heads: Indices | None = Field(default=None, description="heads of every listed layer; null: the first third")
    within_object: Indices | None = Field(default=None, description="layers; null: by relative depth")
    within_pair: Indices | None = Field(default=None, description="layers; null: by relative depth")
    between_pair: Indices | None = Field(default=None, description="layers, in RMTS only; null: by relative depth")
    weight: float = Field(default=1.0, gt=0, description="factor of this loss in the sum")

    def layers(self, depth: int, task: Task) -> dict[str, list[int]]:
        """The layers of each term of the task; one that several terms list belongs to the first of them.

        Raises:
            UserError: The model is so shallow that a term gets no layer.
        """
        taken: set[int] = set()
        sets = {}
        for term, (first, last) in PIPELINE_SPANS.items():
            if term == "between_pair" and task != "rmts":
                continue
            asked = getattr(self, term)
            layers = range(ceil(first * depth), ceil(last * depth)) if asked is None else asked
            sets[term] = sorted(set(layers) - taken)
            taken |= set(layers)
            if not sets[term]:
                raise UserError(
                    f"the pipeline loss has no layer for '{term}' in a model of {depth} blocks",
                    where="key 'relations.auxiliary.variants'",
                    remedy=f"name layers of its own under {term}",
                )
        return sets

    def heads_of(self, heads: int) -> list[int]:
        """The listed heads, of `heads` per layer."""
        return list(range(ceil(heads / 3))) if self.heads is None else sorted(set(self.heads))


AuxiliaryLoss = Annotated[Probe | Pipeline, Field(discriminator="loss")]


def _variants() -> dict[str, list[AuxiliaryLoss]]:
    disentanglement, pipeline = Probe(loss="disentanglement"), Pipeline(loss="pipeline")
    return {
        WITHOUT: [],
        "disentanglement": [disentanglement],
        "pipeline": [pipeline],
        "both": [disentanglement, pipeline],
        "identity": [Probe(loss="identity")],
        "judgement": [Probe(loss="judgement")],
    }


class Auxiliary(Strict):
    """Fine-tuning with auxiliary losses and without."""

    runs: Annotated[list[Index], Field(min_length=1)] = Field(description="numbers of every variant's fine-tuning runs")
    finetuning: dict[Literal["default", "discrimination", "rmts"], Finetuning] = Field(
        default_factory=dict,
        description="how all variants are trained: `default` for both tasks, an entry under a task's name replaces it "
        "as a whole; where neither is there, like the model in the section `finetuning`. Where the variant `none` then "
        "is a run that the section `finetuning` makes anyway, that one is taken",
    )
    variants: dict[Name, list[AuxiliaryLoss]] = Field(
        default_factory=_variants,
        description="what is added to the task's loss, by name; what is given here comes beside these, or in the "
        "place of one. Each loss has a `weight` (1) and is one of: disentanglement (from one half of an object token "
        "its shape, from the other its colour; before block `layer`, by default at 1/4 of the depth, rounded "
        "up: 3 of 12, 2 of 6); identity (shape and colour together, from the whole token, there too); "
        "judgement (whether sample and display pair are the same, RMTS only; by default at 2/3: 8 of 12, 4 of "
        "6); pipeline (attention of `heads`, by default the first third of them, rounded up: within objects "
        "in the layers `within_object`, by default from 1/4 of the depth up to 1/2: 3 to 5 of 12, 2 of 6; "
        "between a pair's objects in `within_pair`, up to 2/3: 6 and 7, 3; in RMTS between the pairs in "
        "`between_pair`, up to 5/6: 8 and 9, 4)",
    )
    rows: dict[Task, Annotated[list[str], Field(min_length=1)]] = Field(
        description="the variants that are trained on each task"
    )

    @field_validator("variants")
    @classmethod
    def _with_ours(cls, given: dict[str, list[AuxiliaryLoss]]) -> dict[str, list[AuxiliaryLoss]]:
        return _variants() | given

    @model_validator(mode="after")
    def _consistent(self) -> Auxiliary:
        if len(set(self.runs)) != len(self.runs):
            raise ValueError("runs: a run is named twice")
        if self.variants.get(WITHOUT) != []:
            raise ValueError(f"variants.{WITHOUT}: there must be one, without losses")
        for name, losses in self.variants.items():
            kinds = [loss.loss for loss in losses]
            if len(set(kinds)) < len(kinds):
                raise ValueError(f"variants.{name}: a loss is named twice")
        require_exactly("rows", self.rows, get_args(Task), "task")
        for task, names in self.rows.items():
            self._check_rows(task, names)
        return self

    def _check_rows(self, task: str, names: list[str]) -> None:
        for name in names:
            if name not in self.variants:
                raise ValueError(f"rows.{task}: unknown variant '{name}'; there are: {', '.join(self.variants)}")
            if task != "rmts" and any(loss.loss == "judgement" for loss in self.variants[name]):
                raise ValueError(f"rows.{task}: variant '{name}' judges a display pair, which only rmts has")
        if names[0] != WITHOUT or len(set(names)) < len(names):
            raise ValueError(f"rows.{task}: the first must be '{WITHOUT}', and no variant may be named twice")

    def all_runs(self, task: str) -> list[tuple[str, int]]:
        """Variant and number of every run on a task."""
        return [(name, run) for name in self.rows_of(task) for run in self.runs]

    def rows_of(self, task: str) -> list[str]:
        """The variants that are trained on a task."""
        return {str(key): names for key, names in self.rows.items()}[task]
