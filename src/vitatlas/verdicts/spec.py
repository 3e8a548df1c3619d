"""The specs of rules `published` and `verdicts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from vitatlas.verdicts.keys import Keys
from vitatlas.verdicts.words import Scale

OF_TIER: dict[str, Scale] = {"smoke": "test run", "demo": "miniature"}
"""The size of a tier's models beside the paper's; tiers not named here have the paper's own."""
DRAWS = 200
"""How many tables that hold nothing are drawn of each kind."""


class PublishedSpec(Keys):
    """The spec of rule `published`: its file decides, and the keys that the paper has."""


class VerdictSpec(Keys):
    """The spec of rule `verdicts`.

    Attributes:
        words: Names of keys' values, and of `numeric` keys, in statements; those without one stand as they are.
        shown: Keys that have a column of their own in the table of verdicts.
        scale: `paper` where the paper's own models are measured.
        note: A sentence that readers of the tier's numbers must know; None: there is none.
        notes: Sentences that must stand beside the results of the tier's models.
        stand_ins: The tier's model by the paper's, where another stands in.
        titles: Every model of the zoo, with its title.
        unmade: By artifact that the tier does not make, the reason.
        protocol: Facts on how the tier measures, for the paper's `by_protocol`; the engine does not look at them.
        switched: The switches of the protocol that are set to what the authors' code does.
    """

    words: dict[str, str] = Field(default_factory=dict)
    shown: list[str] = Field(default_factory=list)
    paper: str
    tier: str
    scale: Scale
    note: str | None
    notes: list[str]
    stand_ins: dict[str, str]
    titles: dict[str, str]
    unmade: dict[str, str]
    protocol: dict[str, Any] = Field(default_factory=dict)
    switched: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _shows_keys(self) -> VerdictSpec:
        if strange := sorted({*self.shown} - {*self.keys}):
            raise ValueError(f"`shown` names what is no key of the paper: {', '.join(strange)}")
        return self

    def word(self, value: Any) -> Any:
        """A key's value as statements name it."""
        return f"{value:g}" if isinstance(value, float) else self.words.get(value, value)

    def in_words(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of keys as statements name them; models by their titles."""
        words = {key: value if isinstance(value, list) else self.word(value) for key, value in given.items()}
        return words | ({"model": self.title(given["model"])} if isinstance(given.get("model"), str) else {})

    def cells(self, given: Mapping[str, Any]) -> dict[str, str | None]:
        """The values of the keys that are `shown`, as text; None for one that is not given."""
        return {key: _cell(given.get(key)) for key in self.shown}

    def title(self, model: str) -> str:
        """The model's title, or its name where the zoo does not have it."""
        return self.titles.get(model, model)

    def ours(self, model: str) -> str:
        """The tier's model that stands for one of the paper's."""
        return self.stand_ins.get(model, model)

    def small(self) -> str:
        """The reason why values are not compared in a tier with other models."""
        return f"{self.scale}: values are compared where the paper's own models are measured (tier paper)"

    def no_table(self, artifact: str | None, missing: str) -> str:
        """The reason why something was not measured.

        Args:
            artifact: The figure or table that shows it.
            missing: The thing that is missing, in words.
        """
        if artifact is None:
            return f"no figure or table of the registry needs it; {missing}"
        reason = self.unmade.get(artifact)
        return f"{artifact} is not made: {reason}" if reason else missing


def _cell(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return None if value is None else str(value)


class NullSpec(VerdictSpec):
    """The spec of rule `null_calibration`.

    Attributes:
        draws: How many tables are drawn of each kind, beside the flat one.
        seed: They derive from it.
    """

    draws: int = Field(default=DRAWS, ge=1)
    seed: int
