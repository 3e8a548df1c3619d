"""The sections `protocol` and `departures`: where the authors' code departs from what the paper describes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.strict import Strict

Switch = Literal["corrected", "reference"]


class Protocol(Strict):
    """One switch per departure of the reference code (alexatartaglini/relational-circuits) that can change a number."""

    normalisation: Switch = Field(
        default="corrected",
        description="how images are normalised where a fine-tuned model is analysed (attention, interventions, "
        "probes). corrected: as in its training; reference: with the model's `reference_preprocessing`, which MAE and "
        "DINO have: mean and standard deviation ½ instead of ImageNet's. They then see images unlike those they were "
        "trained on, err without any intervention, and may seem to lack what they have",
    )
    sites: Switch = Field(
        default="corrected",
        description="where linear probes of the intermediate judgement are read. corrected: after block l, where the "
        "intervention along them is made; reference: before block l, one block earlier than the intervention, so that "
        "the directions are those of another layer",
    )
    mode: Switch = Field(
        default="corrected",
        description="state of the frozen model in alignment search. corrected: evaluation; reference: training, as it "
        "was left there by mistake. It changes something only in models with dropout or stochastic depth, which then "
        "answer at random",
    )
    novel_draws: Switch = Field(
        default="corrected",
        description="how novel representations are drawn. corrected: anew for every example; reference: once for "
        "`relations.das.batch` examples in a row. The expected accuracy is the same, its spread much larger",
    )
    seen_accuracy: Switch = Field(
        default="corrected",
        description="which scenes figures and tables call seen combinations. corrected: test_iid; reference: test, "
        "from which its loader was built by mistake. With 32 combinations those are the unseen ones: the accuracy on "
        "seen combinations then repeats the compositional one",
    )

    @property
    def departures(self) -> list[str]:
        """The switches that are not `corrected`."""
        return [name for name in type(self).model_fields if getattr(self, name) != "corrected"]


class Departures(Strict):
    """The comparison of every departure with the corrected protocol."""

    search_runs: int | None = Field(
        default=1,
        gt=0,
        description="in how many fine-tuning runs of a cell, the first ones analysed, subspaces are searched for again "
        "under the reference's normalisation; null: in all",
    )
    around: int | None = Field(
        default=1,
        ge=0,
        description="how far from the best layer, in blocks, that search looks; null: at every layer",
    )
