"""Rows of the table of verdicts for published numbers: compared only where the paper's own models were measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pandas as pd

from vitatlas.verdicts.compare import beside, compare
from vitatlas.verdicts.keys import KEYS
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.words import NOT_ATTEMPTED, WORDS

SHARED = ("artifact", "kind", "model", "task", "setting", "confidence", "source")


def number_rows(published: pd.DataFrame, ours: pd.DataFrame, spec: VerdictSpec) -> Iterator[dict[str, Any]]:
    """One row per number; a curve over layers is one.

    Args:
        published: The table of published numbers.
        ours: Our readings.
    """
    both = beside(published, ours, list(KEYS))
    measured = {str(name): rows for name, rows in both.groupby("series", sort=False)}
    for name, rows in published.groupby("series", sort=False):
        first: dict[str, Any] = {str(key): _known(value) for key, value in rows.iloc[0].items()}
        about = {"id": name, "statement": _statement(first, spec), "ours_model": spec.ours(first["model"])}
        found = _judged(first, len(rows), measured.get(str(name)), spec)
        yield {key: first[key] for key in SHARED} | about | found


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _judged(first: dict[str, Any], layers: int, both: pd.DataFrame | None, spec: VerdictSpec) -> dict[str, Any]:
    reason = _not_compared(first["model"], spec)
    if reason is None and both is not None:
        found = asdict(compare(both, layers))
        return found | {"reason": "; ".join(filter(None, [found["reason"], first["note"]]))}
    reason = reason or spec.no_table(first["artifact"], f"nothing was measured of {spec.title(first['model'])}")
    lone = {"published": first["value"], "tolerance": first["tolerance"]} if layers == 1 else {}
    return lone | {"verdict": NOT_ATTEMPTED, "reason": reason}


def _not_compared(model: str, spec: VerdictSpec) -> str | None:
    """Why a number is not compared, whatever was measured; None: it is."""
    if model not in spec.titles:
        return f"the zoo has no model {model}"
    if spec.scale != "paper":
        return spec.small()
    return None if spec.ours(model) == model else f"{spec.title(spec.ours(model))} stands in for it"


def _statement(first: dict[str, Any], spec: VerdictSpec) -> str:
    """A number in words: of which model, on what, what was measured."""
    keys = [key for key in KEYS[4:] if key != "layer" and first[key] is not None]
    words = [f"scale {first[key]:g}" if key == "alpha" else WORDS.get(first[key], first[key]) for key in keys]
    task = f"{WORDS.get(first['task'], first['task'])} with {first['setting']} combinations"
    layers = "" if first["layer"] is None else ", per layer"
    return f"{spec.title(first['model'])}, {task}: {first['analysis']}, {', '.join(words)}{layers}"
