"""The tables of accuracy in groups, from made-up analyses."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.tables import group_accuracy
from vitatlas.errors import UserError
from vitatlas.papers import papers

NAMES = ("duck on land", "duck on water", "finch on land", "finch on water")
BEFORE = (0.4, 0.8, 0.7, 0.5)
PLAIN = {"deit_b16": "mini-vit", "clip_b16_laion": "mini-clip", "dino_b16": "mini-dino", "dinov2_b14": "mini-dino"}
STAND_INS = PLAIN | {"swin_base": "mini-swin", "maxvit_small": "mini-maxvit"}
MODELS = tuple(dict.fromkeys(STAND_INS.values()))


def table_of(name: str) -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/components.yaml", papers()["components"], ZOO)
    found: ArtifactSpec = artifact_spec(with_stand_ins(registry.artifact(name), STAND_INS), ZOO, "demo")
    return found


def group_rows(accuracies: tuple[float, ...], **about: Any) -> list[dict[str, Any]]:
    cells = dict(zip(NAMES, accuracies, strict=True))
    cells |= {"worst": min(accuracies), "average": sum(accuracies) / 4}
    counts = {"average": 400}
    return [{"group": group, "value": value, "n": counts.get(group, 100), **about} for group, value in cells.items()]


def rows(before: tuple[float, ...] = BEFORE, heads: int = 2, models: tuple[str, ...] = MODELS) -> pd.DataFrame:
    """Each head has .02 more than the last one; chosen components raise all by .1, random ones by .01 or by -.03;
    with another number of components all is at 0."""
    found = []
    for model in models:
        for head in range(heads):
            level = tuple(min(accuracy + 0.02 * head, 1.0) for accuracy in before)
            about = {"model": model, "run": 0, "head": head, "chance": 0.5}
            found += group_rows(level, control="none", draw=0, k=0, reported=True, **about)
            for control, draw, change in (
                *(("chosen", 0, 0.1), ("core", 0, -0.1), ("lowest", 0, 0.0)),
                *(("random", 0, 0.01), ("random", 1, -0.03)),
            ):
                after = tuple(min(accuracy + change, 1.0) for accuracy in level)
                found += group_rows(after, control=control, draw=draw, k=5, reported=True, **about)
                found += group_rows((0,) * 4, control=control, draw=draw, k=6, reported=False, **about)
    return pd.DataFrame(found)


def cell(values: pd.DataFrame, **where: str) -> pd.Series:
    chosen = values[(values[list(where)] == pd.Series(where)).all(axis=1)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_a_number_is_the_mean_over_heads_and_draws_with_the_deviation_over_heads() -> None:
    values = group_accuracy.values(rows(), table_of("table_03"))
    random = cell(values, model="mini-vit", group="worst", control="random")
    assert random["value"] == pytest.approx(0.4 + 0.01 - 0.01)
    assert random["sd"] == pytest.approx(0.02 / 2**0.5)
    assert (random["heads"], random["draws"], random["k"], random["runs"]) == (2, 2, 5, 1)
    assert cell(values, model="mini-vit", group="average", control="chosen")["value"] == pytest.approx(0.6 + 0.01 + 0.1)


def test_readers_see_before_after_and_random_components_of_the_worst_group_and_the_average() -> None:
    spec = table_of("table_03")
    layout = group_accuracy.layout(group_accuracy.values(rows(), spec), spec)
    assert layout["Model"].tolist() == ["mini-vit", "mini-clip", "mini-dino", "mini-swin", "mini-maxvit"]
    assert layout.iloc[0].to_dict() == {
        "Model": "mini-vit",
        "Worst group": "0.41 ± 0.01 → 0.51 ± 0.01 (random 0.40 ± 0.01)",
        "Average group": "0.61 ± 0.01 → 0.71 ± 0.01 (random 0.60 ± 0.01)",
    }


def test_table_6_has_a_column_for_each_group() -> None:
    spec = table_of("table_06")
    layout = group_accuracy.layout(group_accuracy.values(rows(), spec), spec)
    assert layout.columns.tolist() == ["Model", *(name.capitalize() for name in NAMES)]
    assert layout["Duck on water"].iloc[0].startswith("0.81 ± 0.01 → 0.91 ± 0.01 (")


def test_one_head_has_no_deviation() -> None:
    spec = table_of("table_03")
    values = group_accuracy.values(rows(heads=1), spec)
    assert group_accuracy.layout(values, spec)["Worst group"].iloc[0] == "0.40 → 0.50 (random 0.39)"
    assert not any("standard deviation" in note for note in group_accuracy.notes(values, spec))


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ((1.0, 1.0, 1.0, 1.0), "No room"),
        ((0.7, 0.9, 0.9, 1.0), "Hardly a cue to remove"),
        ((0.05, 0.95, 0.95, 0.05), "not better than guessing"),
    ],
)
def test_models_without_room_without_a_cue_or_without_the_task_are_named(before: Any, said: str) -> None:
    spec = table_of("table_03")
    table = pd.concat([rows(before, models=MODELS[:1]), rows(models=MODELS[1:])])
    notes = [note for note in group_accuracy.notes(group_accuracy.values(table, spec), spec) if said in note]
    assert len(notes) == 1
    assert "mini-vit" in notes[0] and "mini-clip" not in notes[0]


def test_a_background_that_costs_something_is_no_reason_for_a_note() -> None:
    spec = table_of("table_03")
    notes = " ".join(group_accuracy.notes(group_accuracy.values(rows(), spec), spec))
    assert not any(word in notes for word in ("No room", "Hardly", "guessing"))
    assert "5 components" in notes and "mean of 2 draws" in notes and "over 2 heads" in notes


def test_what_the_background_costs_is_not_said_of_other_numbers_of_groups() -> None:
    spec = table_of("table_03")
    values = group_accuracy.values(rows((0.7, 0.9, 0.9, 1.0)), spec)
    assert any("Hardly" in note for note in group_accuracy.notes(values, spec))
    fewer = values[values["group"] != NAMES[3]]
    more = pd.concat([values, values[values["group"] == NAMES[3]].assign(group="goose on water")])
    for others in (fewer, more):
        assert not any("Hardly" in note for note in group_accuracy.notes(others, spec))


def test_a_model_without_a_control_is_refused() -> None:
    table = rows()
    with pytest.raises(UserError, match="control 'random'"):
        group_accuracy.values(table[table["control"] != "random"], table_of("table_03"))
