"""The numbers that documents quote are those of the run that is finished here (`make demo`, then `make docs`).

A run repeats itself to the last digit on the same kind of machine. Other processors round otherwise, and trainings
drift apart: there, nine of ten numbers must lie as near as `NEAR`, or as three standard deviations.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vitatlas.costs.machine import this_machine
from vitatlas.facts.collect import collect, finished
from vitatlas.facts.facts import FOLDER, Facts, load, save
from vitatlas.papers import papers
from vitatlas.relations.facts.blocks import TEXTS
from vitatlas.relations.facts.numbers import KEYS

ROOT = Path(__file__).resolve().parents[2]
SAME = 2e-6  # kept with six decimals
NEAR = 0.1  # of shares; blocks of peaks are whole numbers
SHARE_NEAR = 0.9


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, Facts]:
    """What was published, and what is here; the test is skipped where the demo was not made."""
    if not finished(ROOT, "demo", "relations"):
        pytest.skip("the demo tier was not made here (`make demo`)")
    folder = tmp_path_factory.mktemp("facts")
    save(collect(ROOT, "demo", papers()["relations"]), folder, "relations")
    return load(ROOT / FOLDER / "demo", "relations", TEXTS), load(folder, "relations", TEXTS)


@pytest.fixture(scope="module")
def both(facts: tuple[Facts, Facts]) -> pd.DataFrame:
    """Each number as published and as it is here."""
    published, here = (of.numbers for of in facts)
    return published.merge(here, how="outer", on=list(KEYS), suffixes=("", "_here"), indicator="where")


def test_the_same_numbers_are_there(both):
    alone = both[both["where"] != "both"]
    assert alone.empty, f"run `make docs`: {len(alone)} numbers, such as {alone.iloc[0].to_dict()}"


def test_they_have_the_same_values_as_far_as_machines_have(facts, both):
    published, here = facts
    off = (both["value"] - both["value_here"]).abs()
    if published.run.machine == str(this_machine()):
        assert off.max() <= SAME, f"run `make docs`: {both.loc[off.idxmax()].to_dict()}"
        assert published.run.claims == here.run.claims, "run `make docs`"
    else:
        near = np.maximum(NEAR, 3 * both["sd"].fillna(0))
        assert (off <= near).mean() >= SHARE_NEAR, "run `make docs`"
