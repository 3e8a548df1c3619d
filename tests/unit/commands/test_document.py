"""What is generated from the project: it is up to date, and complete."""

import json
import shutil
from pathlib import Path

import pytest

from vitatlas.artifacts.registry import load_registry
from vitatlas.commands.document import documents
from vitatlas.papers import papers
from vitatlas.project.load import load_config, load_zoo

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    return documents(ROOT)


def test_what_is_generated_is_up_to_date(generated):
    wanted = {f"config/schema/{name}.schema.json" for name in ("tier", "models", "site")}
    assert wanted | {"config/README.md", "docs/artifacts.md", "docs/departures/relations.md"} <= set(generated)
    for name, text in generated.items():
        assert (ROOT / name).read_text() == text, f"{name}: run `make docs`"


def test_the_ledger_quotes_the_configuration(generated):
    page = generated["docs/departures/relations.md"]
    demo = load_config(ROOT / "config", {"tier": "demo"}, load_zoo(ROOT / "config/models.yaml"))
    assert f"{demo.section('relations').probe.learning_rate:g} in the demo tier" in page
    assert "${" not in page


def test_the_readme_says_how_much_is_a_reading(generated):
    """A figure of the appendix has a known caption unless the registry says that its content is inferred."""
    registry = load_registry(ROOT / "config/artifacts/relations.yaml", papers()["relations"])
    appendix = [registry.artifacts[f"figure_{number:02d}"].inferred for number in range(7, 40)]
    known = sum(reading is None or reading == "the appendix it stands in" for reading in appendix)
    assert f"(captions of {known} of its {len(appendix)} appendix figures were known" in generated["README.md"]
    read = sum(artifact.inferred is not None for artifact in registry.artifacts.values())
    assert f"{read} of these {len(registry.artifacts)} are in part our reading" in generated["README.md"]


def test_no_schema_allows_other_keys(generated):
    for name, text in generated.items():
        assert not name.endswith(".json") or json.loads(text)["additionalProperties"] is False


def test_every_key_is_explained(generated):
    rows = [line.split("|") for line in generated["config/README.md"].splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    assert all(row[-2].strip() for row in rows)


def test_keys_of_papers_stand_under_their_paper(generated):
    keys = {line.split("`")[1] for line in generated["config/README.md"].splitlines() if line.startswith("| `")}
    assert {"seed", "relations.stand_ins", "relations.das.epochs", "timm"} <= keys
    assert {"relations.geometry", "relations.geometries.<name>.canvas"} <= keys
    assert not {"stand_ins", "das.epochs", "geometry"} & keys


def test_a_ledger_without_measured_effects_has_a_page_without_them(generated, tmp_path):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    page = documents(tmp_path)["docs/departures/relations.md"]
    whole = generated["docs/departures/relations.md"]
    assert "measured effects" in whole and "| corrected | reference |" in whole
    assert "measured" not in page.split("\n## ")[0].partition("-->")[2] and "| corrected | reference |" not in page
    assert page.count("\n### ") == whole.count("\n### ") > 10
