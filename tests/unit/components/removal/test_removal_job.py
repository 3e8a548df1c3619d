"""The job that removes a spurious cue, on made-up components of which one follows the background."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from birds_files import CORE, COUNT, CUE, Files, components, contributions

from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance

WORST = {"group": "worst", "reported": True}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("birds"), *contributions())


@pytest.fixture(scope="module")
def table(files: Files) -> pd.DataFrame:
    return files.run()


def number(table: pd.DataFrame, **cell: object) -> float:
    """The mean over heads and draws."""
    rows = table[np.logical_and.reduce([table[column] == value for column, value in cell.items()])]
    assert len(rows)
    return float(rows["value"].mean())


def test_removing_the_component_of_the_cue_raises_the_worst_group_and_random_ones_do_not(table: pd.DataFrame) -> None:
    before = number(table, control="none", **WORST)
    assert before < 0.6
    assert number(table, control="chosen", **WORST) > 0.85
    assert number(table, control="random", **WORST) < before + 0.2
    assert number(table, control="lowest", **WORST) < before + 0.1


def test_removing_the_component_of_the_core_leaves_the_background(table: pd.DataFrame) -> None:
    on_own = number(table, control="core", group="duck on water", reported=True)
    assert number(table, control="core", **WORST) < 0.2 < 0.8 < on_own


def test_the_order_of_removal_is_in_the_tables_origin(files: Files) -> None:
    files.run(most=COUNT)
    chosen = read_provenance(files.table)["about"]["chosen"]
    names = [component.name for component in components()]
    assert chosen[0] == names[CUE] and chosen[-1] == names[CORE] and "bias" not in chosen


def test_every_control_head_draw_and_number_has_four_groups_their_worst_and_their_average(table: pd.DataFrame) -> None:
    keys = ["control", "draw", "head", "k"]
    for _, rows in table.groupby(keys):
        values = rows.set_index("group")["value"]
        groups = values.drop(["worst", "average"])
        assert len(groups) == 4
        assert values["worst"] == groups.min()
        assert values["average"] == pytest.approx(groups.mean())
    after = table[table["moment"] == "after"]
    assert len(after[keys].drop_duplicates()) == (3 + 4) * 2 * 3
    assert set(table.loc[table["moment"] == "before", "k"]) == {0}
    assert set(after.loc[after["reported"], "k"]) == {1} and set(after["k"]) == {1, 2, 3}


def test_components_are_chosen_and_averaged_without_a_look_at_the_test_pictures(tmp_path: Path) -> None:
    """In the pictures that are tested another component follows the background."""
    vectors, pictures = contributions()
    test = (pictures["part"] == "test").to_numpy()
    swapped = vectors.copy()
    swapped[test] = vectors[test][:, [0, CUE + 2, CORE, CUE, *range(4, COUNT + 1)]]
    files = Files(tmp_path, swapped, pictures)
    assert number(files.run(), control="chosen", **WORST) < 0.8
    assert number(files.run(selection="test"), control="chosen", **WORST) > 0.85


def test_means_are_those_of_the_selection(tmp_path: Path) -> None:
    """A component that writes one thing in all test pictures writes what it does in the others once it is removed."""
    vectors, pictures = contributions()
    test = (pictures["part"] == "test").to_numpy()
    vectors[test, CUE, 2] += 3
    files = Files(tmp_path, vectors, pictures)
    assert number(files.run(), control="none", group="finch on land", reported=True) < 0.2
    assert number(files.run(), control="chosen", **WORST) > 0.85
    assert number(files.run(selection="test"), control="chosen", **WORST) < 0.2


def test_the_names_of_the_classes_can_be_the_head(files: Files) -> None:
    found = files.run(zero_shot=True)
    assert set(found["head"]) == {0}
    assert number(found, control="chosen", **WORST) > 0.85


def test_a_group_without_pictures_is_refused(tmp_path: Path) -> None:
    parts = {"train": (60, 0.9), "selection": (60, 0.9), "test": (60, 1.0)}
    with pytest.raises(UserError, match="no picture of the group 'duck on land'"):
        Files(tmp_path, *contributions(parts)).run()


def test_a_text_that_there_is_not_is_refused(files: Files) -> None:
    with pytest.raises(UserError, match=r"'foreste'.*removal\.cue|removal\.cue"):
        files.run(cue=["sea", "foreste"])


def test_more_components_than_there_are_are_refused(files: Files) -> None:
    with pytest.raises(UserError, match=f"the {COUNT + 1} largest values are asked for, of {COUNT}"):
        files.run(most=COUNT + 1)
