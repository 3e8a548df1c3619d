"""The keys by which numbers are told apart, published ones and ours: columns of readings.

Every number has `analysis` and `model`, and `layer` where there are layers. All other keys are the paper's own, and
come as data. A reading is one measured number of one run: its keys, the run, the value, and what is known of its error.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from vitatlas.config.strict import Strict

SHARED = ("analysis", "model", "layer")
"""Keys that the engine itself knows."""

NUMBERS = ("value", "images", "error", "selection", "chance", "shared_below")
"""Numbers of a reading: the value; how many images it is a share of; its standard error over images, where it is no
share; the same measured on images set apart for choosing a layer; the value of guessing; and the layer below which all
runs have the same weights. All but the first may be missing."""

RESERVED = frozenset(
    {
        # Columns of readings and of the table of published numbers
        *("id", "series", "artifact", "run", "tolerance", "kind", "confidence", "source", "note", "decimals"),
        # Columns of the table of verdicts, and those beside which they are found
        *("statement", "ours_model", "where", "published", "ours", "sd", "runs", "place", "verdict", "reason", "scale"),
        *("about", "low", "high", "off", "near", "to", "by_chance"),
        *(*NUMBERS, "under"),
        # What stands beside keys in claims
        *("depth", "ceiling", "contradicted", "above", "by"),
    }
)
"""Names that have another meaning where keys stand."""


class Keys(Strict):
    """The keys of a paper.

    Attributes:
        keys: All of them, in the order in which ids and statements have them; `SHARED` ones may be left out.
        numeric: Those that are numbers; the others are text.
    """

    keys: list[str]
    numeric: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits(self) -> Keys:
        if taken := sorted(RESERVED.intersection(self.keys)):
            raise ValueError(f"keys of another meaning: {', '.join(taken)}")
        if strange := sorted({*self.numeric} - {*self.keys} | {*self.numeric}.intersection(SHARED)):
            raise ValueError(f"`numeric` names what is no key of the paper: {', '.join(strange)}")
        return self

    @property
    def names(self) -> list[str]:
        """The keys, in the order of columns: analysis, model, the paper's own, layer."""
        return ["analysis", "model", *(key for key in self.keys if key not in SHARED), "layer"]

    @property
    def readings(self) -> list[str]:
        """The columns of readings: the keys, missing where one does not apply, the run, `NUMBERS`, and `under`: the
        switches under which it was read, where those are not the tier's."""
        return [*self.names, "run", *NUMBERS, "under"]

    @property
    def types(self) -> dict[str, Any]:
        """The type of each key's column: text, nullable integer for `layer`, and float for `numeric` ones."""
        numbers = dict.fromkeys(self.numeric, "float64")
        return dict.fromkeys(self.names, "string") | numbers | {"layer": "Int64"}

    def typed(self, key: str, value: Any) -> Any:
        """One value of a key, as its column has it.

        Raises:
            ValueError: It is no number, or no text.
        """
        if key == "layer" or key in self.numeric:
            try:
                return int(value) if key == "layer" else float(value)
            except (TypeError, ValueError):
                raise ValueError(f"{value!r} is no number") from None
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is no text: put it between quotes")
        return value
