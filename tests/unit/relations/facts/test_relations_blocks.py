"""The blocks of documents: every number in them is one of the numbers, and what lacks is a dash."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from vitatlas.papers import papers
from vitatlas.project.load import load_config, load_zoo
from vitatlas.relations.facts.blocks import MAIN, blocks, sections
from vitatlas.relations.facts.findings import findings
from vitatlas.relations.facts.numbers import COLUMNS
from vitatlas.relations.facts.pick import at_chance, best


@pytest.fixture(scope="module")
def settings(request):
    config = request.config.rootpath / "config"
    zoo = load_zoo(config / "models.yaml")
    return papers()["relations"].settings(load_config(config, {"tier": "demo"}, zoo), zoo)


def rows(*given: dict) -> pd.DataFrame:
    about = {"model": "mini-objects", "task": "discrimination", "setting": "256", "split": "test_iid", "n": 1000}
    return pd.DataFrame([about | {"sd": 0.01, "runs": 3} | row for row in given]).reindex(columns=list(COLUMNS))


def exchange(layer: int, split: str, quantity: str, value: float, method: str | None = "none") -> dict:
    keys = {"fact": "das", "property": "shape", "method": method}
    return keys | {"layer": layer, "split": split, "quantity": quantity, "value": value}


NUMBERS = rows(
    {"fact": "accuracy", "value": 0.987},
    {"fact": "accuracy", "value": 0.507, "task": "rmts"},
    {"fact": "auxiliary", "model": "mini-scratch", "setting": "32", "method": "both", "value": 0.752},
    {"fact": "attention", "quantity": "WO", "value": 0, "sd": 0},
    {"fact": "attention", "quantity": "WP", "value": 2.5, "sd": 0.7},
    {"fact": "attention", "quantity": "BG", "value": 5, "sd": 0},
    {"fact": "attention", "quantity": "in order", "value": 2 / 3},
    exchange(0, "val", "success", 0.9),
    exchange(1, "val", "success", 0.8),
    exchange(0, "test_iid", "made same", 0.71),
    exchange(1, "test_iid", "made same", 0.93),
    exchange(0, "test_iid", "made same", 0.12, "wrong_object"),
    exchange(0, "test_iid", "errors", 0.03, None),
    {"fact": "novel", "property": "shape", "method": "added", "quantity": "made same", "layer": 0, "value": 0.44},
    {"fact": "novel", "property": "shape", "method": "added", "quantity": "made same", "layer": 1, "value": 0.66},
)


def test_accuracies_at_chance_are_in_italics_and_those_not_measured_a_dash(settings):
    line = next(line for line in blocks(NUMBERS, settings)["accuracy"].splitlines() if "mini-objects" in line)
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[1] == "98.7 ± 1.0" and cells[5] == "*50.7 ± 1.0*" and set(cells[2:5]) == {"–"}
    assert cells[-1] == "3"


def test_exchanges_and_novel_vectors_are_shown_in_the_layer_that_other_examples_chose():
    text = findings(NUMBERS, "mini-objects")
    assert ".71 ± .01; by a wrong object's .12 ± .01; without an exchange .03 ± .01 (block 0)" in text
    assert "added .44 ± .01" in text and "interpolated –" in text
    assert ".93" not in text and ".66" not in text


def test_findings_say_on_which_task_the_model_is_at_chance():
    assert findings(NUMBERS, "mini-objects").startswith("|  | discrimination | RMTS (at chance) | runs |")


def test_the_order_of_peaks_is_told_with_the_runs_that_have_it():
    text = findings(NUMBERS, "mini-objects")
    assert "0, 2.5 ± 0.7, 5; strictly in this order in 2 of 3 runs" in text


def test_a_model_at_chance_is_named_as_such_where_it_is_looked_into(settings):
    probe = {"fact": "probe", "task": "rmts", "quantity": "probe", "layer": 2, "value": 0.61}
    numbers = pd.concat([NUMBERS, rows(probe)])
    page = "\n".join(sections(numbers, settings).values())
    assert "*mini-objects, RMTS, probe (at chance)*" in page
    assert "| mini-objects, discrimination, shape, the right object |" in page


def test_findings_without_numbers_are_dashes():
    text = findings(NUMBERS.iloc[:0], "mini-objects")
    for line in text.splitlines()[2:]:
        assert [cell.strip() for cell in line.strip("|").split("|")][1:3] == ["–", "–"]


def test_every_number_of_a_block_is_one_of_the_numbers(settings):
    known = {f"{value:.2f}"[-3:] for value in NUMBERS["value"]} | {f"{100 * value:.1f}" for value in NUMBERS["value"]}
    known |= {f"{value:.2f}"[-3:] for value in NUMBERS["sd"]} | {f"{100 * value:.1f}" for value in NUMBERS["sd"]}
    known |= {"2.5", "0.7"}  # blocks
    for text in [*blocks(NUMBERS, settings).values(), *sections(NUMBERS, settings).values()]:
        for number in re.findall(r"\d*\.\d+", text):
            assert number in known, (number, text)


def test_the_main_model_is_one_that_stands_in(settings):
    assert MAIN in settings.own.stand_ins


@pytest.mark.parametrize(("value", "runs", "expected"), [(0.53, 1, True), (0.53, 3, False), (0.46, 3, False)])
def test_more_runs_tell_less_from_chance(value, runs, expected):
    assert at_chance(rows({"fact": "accuracy", "value": value, "runs": runs})) is expected


def test_of_equal_layers_the_lowest_is_best():
    assert best(pd.DataFrame({"layer": [2, 1, 0], "value": [0.9, 0.9, 0.1]})) == 1
    assert best(pd.DataFrame({"layer": [], "value": []})) is None
