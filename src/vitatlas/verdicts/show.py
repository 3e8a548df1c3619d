"""The table of verdicts as Markdown, for people."""

from __future__ import annotations

from typing import Any

import pandas as pd

from vitatlas.artifacts.spec import number as number_of
from vitatlas.verdicts.judge import CLAIM, NUMBER, UNKNOWN
from vitatlas.verdicts.published import Published
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.summary import counts, in_words
from vitatlas.verdicts.words import (
    FAILS,
    HOLDS,
    NOT_ATTEMPTED,
    ONE_RUN,
    PARTLY,
    RANKED,
    SCATTERED,
    Verdict,
    number,
    words,
)

SIGNS = {HOLDS: "✔", ONE_RUN: "◔", PARTLY: "↗", SCATTERED: "?", FAILS: "✘", NOT_ATTEMPTED: "–"}
MEANINGS = {
    HOLDS: "means do what is claimed, and the interval over runs and images leaves no other answer; a number is within "
    "its tolerance, and so is our spread over runs",
    ONE_RUN: "the same, but of a single run, or of layers whose weights all runs share",
    PARTLY: "surely the published way, but not as far, or in part only",
    SCATTERED: "our means go that way, and runs or images differ too much to tell",
    FAILS: "anything else",
    NOT_ATTEMPTED: "see the reason",
}
OUR_READING, TOLD, OURS = r" \*", " †", " ‡"
LEGEND = (
    f"Claims marked{OUR_READING} are our reading of the published numbers, those marked{TOLD} what others tell of "
    f"the paper, or what is not known to be said, those marked{OURS} ask what no paper asked; the others are "
    "statements of the paper. Margins are ours everywhere: papers say “more”, not by how much. ± is the standard "
    "deviation over runs; of an order, that of its smallest difference. “By chance” is how often tables that hold "
    "nothing pass the claim: flat, noisy or shuffled ones, whichever do most often."
)


def markdown(table: pd.DataFrame, published: Published, spec: VerdictSpec) -> str:
    """The page: claims, numbers, and what is not known.

    Args:
        table: As `judge` returns it.
    """
    parts = [f"# Verdicts: {published.content.title}", f"{published.content.reference}. Tier “{spec.tier}”."]
    parts += [f"**{note}**" for note in ([spec.note] if spec.note else [])] + spec.notes
    called = words(spec.scale)
    parts += ["\n".join(f"- {SIGNS[verdict]} **{called[verdict]}**: {MEANINGS[verdict]}" for verdict in RANKED)]
    parts += _claims(table[table["about"] == CLAIM], spec)
    parts += _numbers(table[table["about"] == NUMBER], spec)
    parts += _unknown(table[table["about"] == UNKNOWN])
    return "\n\n".join(parts) + "\n"


def _claims(rows: pd.DataFrame, spec: VerdictSpec) -> list[str]:
    judged = rows["verdict"] != NOT_ATTEMPTED
    parts = ["## Claims", f"Of {len(rows)}: {in_words(rows, spec.scale)}."]
    if spec.stand_ins:
        pairs = ", ".join(f"{spec.title(ours)} for {spec.title(paper)}" for paper, ours in spec.stand_ins.items())
        parts.append(f"Judged on models that stand in for the paper's: {pairs}. Models that coincide are judged once.")
    parts.append(LEGEND)
    head = ["", "claim", "shown in", "published", f"ours ({spec.scale})" if spec.scale != "paper" else "ours"]
    head += ["by chance", "remark"]
    cells = [
        [
            *(_sign(row, spec), _stated(row), _artifact(row), row["published"], _with_place(row)),
            *(_percent(row["by_chance"]), row["reason"]),
        ]
        for row in _records(rows[judged])
    ]
    parts.append(_table(head, cells))
    others = [[_stated(row), _artifact(row), row["published"], row["reason"]] for row in _records(rows[~judged])]
    if others:
        parts += ["### Claims not attempted", _table(["claim", "shown in", "published", "why"], others)]
    return parts


def _stated(row: dict[str, Any]) -> str:
    """The claim, with its margin, and marked where it is our reading, or told by others."""
    marks = {"inferred from the published numbers": OUR_READING, "ours": OURS}
    marks |= dict.fromkeys(["told by others", "recollected, not verified"], TOLD)
    margin = "" if pd.isna(row["tolerance"]) else f" (margin {number(row['tolerance'])})"
    return f"{row['statement']}{margin}{marks.get(row['confidence'], '')}"


def _percent(share: float) -> str:
    return "" if pd.isna(share) else f"{100 * share:.0f} %"


def _numbers(rows: pd.DataFrame, spec: VerdictSpec) -> list[str]:
    parts = ["## Numbers", f"Of {len(rows)} numbers and curves: {in_words(rows, spec.scale)}."]
    judged = rows[rows["verdict"] != NOT_ATTEMPTED]
    if judged.empty:
        reasons = rows.groupby("reason", sort=False).size().sort_values(ascending=False)
        return [*parts, "\n".join(f"- {count}: {reason}" for reason, count in reasons.items())]
    of_artifacts = [
        [_artifact({"artifact": artifact}), *(str(counts(group).get(verdict, 0)) for verdict in RANKED)]
        for artifact, group in rows.fillna({"artifact": "none"}).groupby("artifact")
    ]
    parts.append(_table(["shown in", *words(spec.scale).values()], of_artifacts))
    head = ["", "number", "shown in", "published", "tolerance", "ours", "SDs apart", "where", "remark"]
    cells = [
        [
            *(_sign(row, spec), row["statement"], _artifact(row), _digits(row["published"]), _digits(row["tolerance"])),
            *(f"{_digits(row['ours'])}{_spread(row)}", _digits(row["place"], 1), row["where"], row["reason"]),
        ]
        for row in _records(judged)
    ]
    return [*parts, _table(head, cells)]


def _unknown(rows: pd.DataFrame) -> list[str]:
    cells = [[row["statement"], _artifact(row), row["reason"].removeprefix("not known: ")] for row in _records(rows)]
    return ["## Not known", _table(["what", "shown in", "why"], cells)] if cells else []


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _sign(row: dict[str, Any], spec: VerdictSpec) -> str:
    verdict: Verdict = row["verdict"]
    return f"{SIGNS[verdict]} {words(spec.scale)[verdict]}"


def _artifact(row: dict[str, Any]) -> str:
    """`Figure 3` of `figure_03`; several, or none."""
    names = "none" if pd.isna(row["artifact"]) else row["artifact"]
    return "none" if names == "none" else ", ".join(number_of(name) for name in names.split(", "))


def _with_place(row: dict[str, Any]) -> str:
    """Our readings, with the layer that decides and the runs that they are of."""
    runs = [f"{int(row['runs'])} runs{_spread(row)}"] if row["runs"] > 1 else []  # of one run, the remark tells
    about = "; ".join(runs if pd.isna(row["where"]) else [row["where"], *runs])
    model = "" if "," in row["ours_model"] else f"{row['ours_model']}: "
    return f"{model}{row['ours']}" + (f" ({about})" if about else "")


def _spread(row: dict[str, Any]) -> str:
    return "" if pd.isna(row["sd"]) else f" ± {number(row['sd'])}"


def _digits(value: Any, decimals: int = 3) -> str:
    return "" if pd.isna(value) else f"{value:.{decimals}f}"


def _table(head: list[str], cells: list[list[Any]]) -> str:
    rows = [head, ["---"] * len(head), *cells]
    texts = [["" if not isinstance(cell, str) else cell.replace("|", r"\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in texts)
