"""The ledger of departures, and its page."""

import shutil

import pytest
import yaml

from vitatlas.artifacts.ledger import Effects, Ledger, load_ledger
from vitatlas.artifacts.ledger_page import page
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import TASK_TITLES
from vitatlas.relations.config.protocol import Protocol
from vitatlas.relations.keys import SHOWN
from vitatlas.relations.words import WORDS

FILE, EVIDENCE = "config/departures/relations.yaml", "docs/evidence/departures/relations.csv"


@pytest.fixture
def ledger(root) -> Ledger:
    return load_ledger(root / FILE)


def test_every_switch_of_the_protocol_is_in_the_ledger_and_no_other(ledger):
    assert {entry.switch for entry in ledger.entries if entry.switch} == set(Protocol.model_fields)


def test_what_was_measured_belongs_to_a_switch(root):
    assert set(Effects(root / EVIDENCE, SHOWN).table["departure"]) <= set(Protocol.model_fields)


def test_every_point_says_where_it_departs_from(ledger):
    for entry in ledger.entries:
        assert entry.kind != "code" or entry.reference, entry.id
        assert not entry.switch or entry.kind == "code", entry.id


def test_effects_are_shown_before_and_after(root, ledger):
    effects = Effects(root / EVIDENCE, SHOWN)
    text = page(ledger, effects, WORDS)
    section = text.split("relations: {protocol: {normalisation: reference}}")[1].split("\n## ")[0]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if " | " in line]
    shown = {tuple(cells[:3]): cells[3:5] for cells in table}
    assert effects.of("normalisation")
    for effect in effects.of("normalisation"):
        task, setting = effect.cell
        found = shown[effect.model, f"{TASK_TITLES[task]}, {setting}", effect.quantity]
        values = [f"{measured.value:.3f}" for measured in (effect.corrected, effect.reference)]
        assert [cell.split(" ± ")[0] for cell in found] == values


def test_a_switch_that_was_not_measured_says_so(root, ledger, tmp_path):
    path = tmp_path / "departures.csv"
    lines = (root / EVIDENCE).read_text().splitlines()
    path.write_text("\n".join(line for line in lines if ",seen_accuracy," not in line) + "\n")
    text = page(ledger, Effects(path, SHOWN), WORDS)
    section = text.split("### What is called the accuracy on seen combinations")[1].split("###")[0]
    assert "Effect: not measured" in section


def test_the_page_names_the_ledgers_paper_and_no_other(root, ledger):
    measured = ledger.measured.model_copy(update={"artifact": "extra_switches", "run": "trial"})
    other = ledger.model_copy(update={"paper": "features", "measured": measured})
    text = page(other, Effects(root / EVIDENCE, SHOWN), WORDS)
    assert "config/departures/features.yaml and docs/evidence/departures/features.csv" in text
    assert "`features: {protocol: {sites: reference}}`" in text and "`features.protocol.sites`" in text
    assert "measured by `features_extra_switches`" in text and "in one trial." in text
    assert "extra_departures" not in text and "relations.yaml" not in text and "relations.csv" not in text


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
        Effects(path, SHOWN)


def test_keys_of_another_paper_tell_its_effects_apart(root, tmp_path):
    path = tmp_path / "departures.csv"
    first = (root / EVIDENCE).read_text().splitlines()[0]
    rows = [
        f"m,{layer},normalisation,score,{protocol},{value},0.1,2"
        for layer in (0, 1)
        for protocol, value in (("corrected", 0.5), ("reference", 0.25 * layer))
    ]
    columns = "model,layer,departure,quantity,protocol,value,sd,runs"
    path.write_text("\n".join([first, columns, *rows]) + "\n")
    found = Effects(path, ["layer"]).of("normalisation")
    assert [(effect.cell, effect.reference.value, effect.runs) for effect in found] == [
        (("0",), 0, 2),
        (("1",), 0.25, 2),
    ]
    with pytest.raises(UserError, match="columns are missing: task, setting"):
        Effects(path, SHOWN)


def test_a_paper_without_keys_has_no_column_for_them_and_quantities_have_their_words(root, ledger, tmp_path):
    path = tmp_path / "departures.csv"
    rows = [
        f"m,normalisation,sharp,{protocol},{value},,1" for protocol, value in (("corrected", 0.5), ("reference", 0.2))
    ]
    columns = "model,departure,quantity,protocol,value,sd,runs"
    path.write_text("\n".join([(root / EVIDENCE).read_text().splitlines()[0], columns, *rows]) + "\n")
    text = page(ledger, Effects(path, []), {"sharp": "sharpness of pictures"})
    lines = text.splitlines()
    head = lines.index("| model | quantity | corrected | reference | change |")
    assert lines[head + 1 : head + 3] == [
        "|---|---|---:|---:|---:|",
        "| m | sharpness of pictures | 0.500 | 0.200 | −0.300 |",
    ]


def test_links_of_the_overview_lead_to_headings(root):
    text = (root / "docs/departures/relations.md").read_text()
    heads = [line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")]
    assert len(set(heads)) == len(heads)
    for head in heads:
        kept = "".join(letter for letter in head.lower() if letter.isalnum() or letter in " -_").replace(" ", "-")
        assert f"[{head}](#{kept})" in text
