"""Rows of the table of verdicts for published numbers: compared only where the paper's own models were measured, and
under the protocol by which the number was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pandas as pd

from vitatlas.verdicts.compare import beside, compare
from vitatlas.verdicts.schema import PublishedFile
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.words import NOT_ATTEMPTED, fields

COPIED = ("artifact", "kind", "model", "confidence", "source")
"""Columns of the table of published numbers that the table of verdicts has too."""


def number_rows(
    published: pd.DataFrame, ours: pd.DataFrame, spec: VerdictSpec, content: PublishedFile
) -> Iterator[dict[str, Any]]:
    """One row per number; a curve over layers is one.

    Args:
        published: The table of published numbers.
        ours: Our readings, of all protocols.
        spec: The job's.
        content: The paper's file: it names numbers, and says under which protocol they were read.
    """
    otherwise = _read_otherwise(published["under"], spec)
    both = beside(published.assign(under=otherwise), ours, [*spec.names, "under"])
    measured = {str(name): rows for name, rows in both.groupby("series", sort=False)}
    for name, rows in published.assign(under=otherwise).groupby("series", sort=False):
        first: dict[str, Any] = {str(key): _known(value) for key, value in rows.iloc[0].items()}
        layers = "per layer" if len(rows) > 1 else "" if first["layer"] is None else f"layer {first['layer']}"
        if len(rows) > 1:
            first["layer"] = None  # of a curve, every layer
        statement = _statement(first, layers, spec, content.statement)
        about = {"id": name, "statement": statement, "ours_model": spec.ours(first["model"])}
        found = _judged(first, len(rows), measured.get(str(name)), spec, content)
        yield {key: first[key] for key in COPIED} | spec.cells(first) | about | found


def _read_otherwise(under: pd.Series, spec: VerdictSpec) -> pd.Series:
    """The switches under which numbers were read and that the tier does not set; missing where it sets them all."""
    left = [
        ",".join(switch for switch in str(text).split(",") if switch not in spec.switched) if pd.notna(text) else ""
        for text in under
    ]
    return pd.Series([text or None for text in left], under.index, dtype="string")


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _judged(
    first: dict[str, Any], layers: int, both: pd.DataFrame | None, spec: VerdictSpec, content: PublishedFile
) -> dict[str, Any]:
    reason = _not_compared(first["model"], spec)
    if reason is None and both is not None and not both["ours"].isna().any():
        found = asdict(compare(both, layers))
        return found | {"reason": "; ".join(filter(None, [found["reason"], first["note"]]))}
    reason = reason or _unmeasured(first, both, spec, content)
    lone = {"published": first["value"], "tolerance": first["tolerance"]} if layers == 1 else {}
    return lone | {"verdict": NOT_ATTEMPTED, "reason": reason}


def _not_compared(model: str, spec: VerdictSpec) -> str | None:
    """The reason why a number is not compared, whatever was measured; None: it is."""
    if model not in spec.titles:
        return f"the zoo has no model {model}"
    if spec.scale != "paper":
        return spec.small()
    return None if spec.ours(model) == model else f"{spec.title(spec.ours(model))} stands in for it"


def _unmeasured(first: dict[str, Any], both: pd.DataFrame | None, spec: VerdictSpec, content: PublishedFile) -> str:
    """The reason why there is no number of ours."""
    if both is not None:
        return f"what was measured of {spec.title(first['model'])} is no number in every run"
    if first["under"] is None:
        return spec.no_table(first["artifact"], f"nothing was measured of {spec.title(first['model'])}")
    switches = first["under"].split(",")
    why = "; ".join(entry.why for switch in switches for entry in content.under if entry.switch == switch)
    return f"read under the reference's protocol ({', '.join(switches)}): {why}; ours was not read so"


def _statement(first: dict[str, Any], layers: str, spec: VerdictSpec, template: str) -> str:
    """A number in words: of which model and keys it is, and of which layers."""
    words = {key: spec.word(first[key]) for key in spec.names[:-1] if first[key] is not None}
    words["model"] = spec.title(first["model"])
    named = fields(template)
    others = {key: word for key, word in words.items() if key not in named}
    rest = [f"{spec.word(key)} {word}" if key in spec.numeric else word for key, word in others.items()]
    return template.format(**words, rest=", ".join(filter(None, [*rest, layers])))
