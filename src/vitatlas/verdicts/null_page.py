"""The page that says how often each claim passes by chance, as Markdown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from vitatlas.verdicts.null import BOUND, KINDS
from vitatlas.verdicts.published import Published
from vitatlas.verdicts.spec import NullSpec
from vitatlas.verdicts.stand_ins import resolved
from vitatlas.verdicts.words import HOLDS, ONE_RUN, words

NOT_OF_AN_EFFECT = "Of claims that nothing happens"


def null_page(table: pd.DataFrame, published: Published, spec: NullSpec) -> str:
    """The page.

    Args:
        table: As `calibrate` returns it.
    """
    called, effects = words(spec.scale), table[table["effect"]]
    worst = effects["by_chance"].max() if len(effects) else 0.0
    parts = [
        f"# What passes by chance: {published.content.title}",
        f"Tier “{spec.tier}”. The judge on tables in which there is nothing to find, with as many runs and images as "
        "the tier has. *Flat*: every reading is at chance. *Noise*: every reading is at chance, as so many images "
        "measure it. *Shuffled*: in each run for itself, readings change places among models, conditions, layers and "
        f"analyses. Noise and shuffling are drawn {spec.draws} times. That models solve what they were trained for is "
        "granted: hardly any claim would be judged otherwise.",
        f"A claim that asserts an effect passes (“{called[HOLDS]}”) in at most {_percent(worst)} of them; "
        f"{_percent(BOUND)} are allowed. “{called[ONE_RUN]}” is counted apart: one run does not tell chance from runs "
        "that differ, which is why it never counts.",
        _table(effects, published, spec),
    ]
    others = table[~table["effect"]]
    if len(others):
        parts += [f"## {NOT_OF_AN_EFFECT}", _REMARK, _table(others, published, spec)]
    return "\n\n".join(parts) + "\n"


_REMARK = (
    "They are true of tables that hold nothing, and are therefore judged only where the effect is there beside them. "
    "The rates say how often it seemed to be."
)


def _table(rows: pd.DataFrame, published: Published, spec: NullSpec) -> str:
    statements = {claim.id: _statement(claim, spec) for claim in published.claims}
    lines = ["| claim | model | " + " | ".join([*KINDS, *(f"{kind}, one run" for kind in KINDS)]) + " |"]
    lines.append("| --- | --- |" + " ---: |" * (2 * len(KINDS)))
    for row in rows.to_dict("records"):
        rates = [_percent(row[name]) for name in [*KINDS, *(f"one_run_{kind}" for kind in KINDS)]]
        statement, model = statements[row["id"]]
        lines.append("| " + " | ".join([statement, model, *rates]) + " |")
    return "\n".join(lines)


def _statement(claim: Any, spec: NullSpec) -> tuple[str, str]:
    """The claim in the paper's words, and the tier's models in it."""
    statement = claim.statement.format(**spec.in_words(claim.of.given())).replace("|", r"\|")
    models = dict.fromkeys(map(spec.title, resolved(claim, spec.stand_ins).ours))
    return statement, ", ".join(models)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".0 %", " %")
