"""The reduction of tables of interventions: from rows of examples that belong together to one share. Imports no torch.

A table of interventions has one row per model, task, setting, run, layer, property, split and more keys, with
`accuracy`, the share of `n` examples that give the target label; `base_error`, the share that gives it without any
intervention; and `warning`, a text where the number is not to be trusted.
"""

from __future__ import annotations

import pandas as pd

SPLIT = "test_iid"
"""The split that numbers of the paper are of."""

NOT_SEARCHED = "not searched for: even with the edit made in the image, the answer does not turn"
"""The warning of numbers of which there are none, because nothing could have been found."""


def together(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One number per group of `keys`: over all of its examples, whatever else tells its rows apart.

    Returns:
        Columns of `keys`, accuracy and base_error (NaN if one of the group's is), n, warning (texts of the group,
        joined; "no number" for NaN; missing if there is none).
    """
    shares = ["accuracy", "base_error"]
    weighted = rows.assign(**{name: rows[name] * rows["n"] for name in shares})
    sums = weighted.groupby(keys)[[*shares, "n"]].sum(skipna=False)
    texts = rows["warning"].replace("", None) if "warning" in rows else pd.Series(None, rows.index, dtype=object)
    texts = texts.astype(object).where(texts.notna() | rows["accuracy"].notna(), "no number")
    sums["warning"] = texts.groupby([rows[key] for key in keys]).agg(joined)
    return sums.assign(**{name: sums[name] / sums["n"] for name in shares}).reset_index()


def joined(texts: pd.Series) -> str | None:
    """The texts, each once; None if there is none."""
    return "; ".join(dict.fromkeys(str(text) for text in texts if pd.notna(text))) or None
