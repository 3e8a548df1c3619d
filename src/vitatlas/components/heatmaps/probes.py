"""The pictures that are shown, and what they are, in the texts of features."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from vitatlas.config.read import require_known
from vitatlas.errors import UserError

WHERE = "key `heatmaps.probes`"
OTHERS = "take other attributes, or more pictures for the part"


@dataclass(frozen=True)
class Probe:
    """A picture that is shown.

    Attributes:
        position: Among the pictures.
        texts: What it is, by feature.
    """

    position: int
    texts: dict[str, str]


def probe_of(
    pictures: pd.DataFrame,
    wanted: Mapping[str, str],
    features: Sequence[str],
    labels: Mapping[str, str],
    texts: Mapping[str, Collection[str]],
) -> Probe:
    """The first picture with the attributes that are wanted.

    Args:
        pictures: One row per picture, with what is known of it.
        wanted: Values by column of `pictures`; of features without an attribute, the text that is shown.
        features: Of which texts are needed.
        labels: The attribute whose values are a feature's texts, by feature.
        texts: All texts of each feature.

    Raises:
        UserError: A key that is no column and none of these features; no picture with these attributes; a feature
            without a text; a text that is none of the feature's.
    """
    said = [name for name in features if name not in labels]
    for key in wanted:
        require_known(key, [*pictures.columns, *said], "attribute of pictures", WHERE)
    position = _first(pictures, {key: value for key, value in wanted.items() if key in pictures})
    row = pictures.iloc[position]
    found = {}
    for name in features:
        text = str(row[labels[name]]) if name in labels else _said(wanted, name)
        require_known(text, texts[name], "text", f"feature '{name}' of the picture '{row['picture']}' ({WHERE})")
        found[name] = text
    return Probe(position, found)


def _first(pictures: pd.DataFrame, wanted: Mapping[str, str]) -> int:
    """The position of the first picture with all of the values."""
    fits = pd.Series(True, index=pictures.index)
    for key, value in wanted.items():
        alike = pictures[key].astype(str) == value
        if not alike.any():
            raise UserError(f"none of the {len(pictures)} pictures has {key} '{value}'", where=WHERE, remedy=OTHERS)
        fits &= alike
    if not fits.any():
        together = ", ".join(f"{key} '{value}'" for key, value in wanted.items())
        raise UserError(
            f"none of the {len(pictures)} pictures has all of: {together}, though each alone is there",
            where=WHERE,
            remedy=OTHERS,
        )
    return int(fits.to_numpy().argmax())


def _said(wanted: Mapping[str, str], feature: str) -> str:
    if feature not in wanted:
        raise UserError(
            f"nothing says what the picture is of feature '{feature}', which is no attribute of pictures",
            where=WHERE,
            remedy=f"add its text: {feature}: …",
        )
    return wanted[feature]
