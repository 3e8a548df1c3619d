"""The ledger of departures, and its page."""

import shutil

import pytest
import yaml

from vitatlas.artifacts.ledger import Effects, Ledger, load_ledger
from vitatlas.artifacts.ledger_page import page
from vitatlas.artifacts.spec import TASK_TITLES
from vitatlas.config.protocol import Protocol
from vitatlas.errors import UserError

FILE, EVIDENCE = "config/departures/relations.yaml", "docs/evidence/departures.csv"


@pytest.fixture
def ledger(root) -> Ledger:
    return load_ledger(root / FILE)


def test_the_page_is_up_to_date(root, ledger):
    assert (root / "docs/departures.md").read_text() == page(ledger, Effects(root / EVIDENCE)), "run `make docs`"


def test_every_switch_of_the_protocol_is_in_the_ledger_and_no_other(ledger):
    assert {entry.switch for entry in ledger.entries if entry.switch} == set(Protocol.model_fields)


def test_what_was_measured_belongs_to_a_switch(root):
    assert set(Effects(root / EVIDENCE).table["departure"]) <= set(Protocol.model_fields)


def test_every_point_says_where_it_departs_from(ledger):
    for entry in ledger.entries:
        assert entry.kind != "code" or entry.reference, entry.id
        assert not entry.switch or entry.kind == "code", entry.id


def test_effects_are_shown_before_and_after(root, ledger):
    effects = Effects(root / EVIDENCE)
    section = page(ledger, effects).split("protocol: {normalisation: reference}")[1].split("\n## ")[0]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if " | " in line]
    shown = {tuple(cells[:3]): cells[3:5] for cells in table}
    assert effects.of("normalisation")
    for effect in effects.of("normalisation"):
        found = shown[effect.model, f"{TASK_TITLES[effect.task]}, {effect.setting}", effect.quantity]
        values = [f"{measured.value:.3f}" for measured in (effect.corrected, effect.reference)]
        assert [cell.split(" ± ")[0] for cell in found] == values


def test_a_switch_that_was_not_measured_says_so(root, ledger, tmp_path):
    path = tmp_path / "departures.csv"
    lines = (root / EVIDENCE).read_text().splitlines()
    path.write_text("\n".join(line for line in lines if ",seen_accuracy," not in line) + "\n")
    text = page(ledger, Effects(path))
    section = text.split("### What is called the accuracy on seen combinations")[1].split("###")[0]
    assert "Effect: not measured" in section


def test_a_point_is_named_once(root, tmp_path):
    content = yaml.safe_load((root / FILE).read_text())
    content["themes"][1]["entries"][0]["id"] = "normalisation"
    path = tmp_path / "relations.yaml"
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(UserError, match="id used twice: normalisation"):
        load_ledger(path)


def test_other_tables_are_no_effects(root, tmp_path):
    path = tmp_path / "departures.csv"
    shutil.copy(root / EVIDENCE, path)
    path.write_text(path.read_text().replace(",quantity,", ",amount,", 1))
    with pytest.raises(UserError, match="columns are missing: quantity"):
        Effects(path)


def test_links_of_the_overview_lead_to_headings(root):
    text = (root / "docs/departures.md").read_text()
    heads = [line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")]
    assert len(set(heads)) == len(heads)
    for head in heads:
        kept = "".join(letter for letter in head.lower() if letter.isalnum() or letter in " -_").replace(" ", "-")
        assert f"[{head}](#{kept})" in text
