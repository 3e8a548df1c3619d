"""A paper moves in: the toy paper of docs/how-to/add-a-paper.md, beside relations, without a change to any line."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
import yaml
from checkout import Project, copy_of, rules_run

from vitatlas.jobs.embedded import read_provenance

TOY = Path(__file__).resolve().parents[1] / "support/toy"
SETTINGS = ("--configfile", "toy.yaml")
ALONE = "alone.yaml"
RESULTS = "results/smoke"
MADE = [f"{RESULTS}/verdicts/{name}.csv" for name in ("toy", "toy_invariants")]
OF_ANALYSIS = ["model", "layer", "feature"]


@pytest.fixture(scope="module")
def house(root, tmp_path_factory) -> Project:
    """A copy of the project that the toy paper's files were laid over; its figure, verdicts and invariants are made."""
    project = copy_of(root, tmp_path_factory.mktemp("house"))
    for source in filter(Path.is_file, TOY.rglob("*")):
        place = project.path / source.relative_to(TOY)
        assert not place.exists(), f"{place} is the project's own"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
    project.log = project.snakemake("toy", *MADE, "coverage", *SETTINGS)
    return project


@pytest.fixture(scope="module")
def alone(house) -> Project:
    """The same, after a run of everything where the configuration has no section of another paper."""
    (house.path / ALONE).write_text(yaml.safe_dump({"papers": ["toy"], "relations": None}))
    house.snakemake(*SETTINGS, ALONE)
    return house


def table(house: Project, name: str) -> pd.DataFrame:
    return pd.read_csv(house.path / RESULTS / name, comment="#")


@contextmanager
def named_by_its_tier(house: Project) -> Iterator[None]:
    """Meanwhile the paper and its section stand in the file of the tier."""
    file = house.path / "config/smoke.yaml"
    before = file.read_text()
    file.write_text(yaml.safe_dump(yaml.safe_load(before) | yaml.safe_load((house.path / "toy.yaml").read_text())))
    try:
        yield
    finally:
        file.write_text(before)


def test_no_line_of_the_project_changed(house):
    lines = house.run("git", "status", "--porcelain", "--untracked-files=all").stdout.splitlines()
    assert len(lines) > 15 and all(line.startswith("?? ") for line in lines)


def test_the_quality_tests_hold_for_it(house):
    command = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    house.run(*command, *(f"tests/quality/test_{name}.py" for name in ("rooms", "declarations")), "-k", "toy")
    house.run(*command, "tests/quality/test_rules.py")
    with named_by_its_tier(house):
        house.run(*command, "tests/quality/test_rules.py")


def test_the_zoo_says_nothing_of_it(house):
    assert "toy" not in (house.path / "config/models.yaml").read_text()


def test_its_rule_and_the_shared_ones_ran_and_no_other_papers(house):
    assert rules_run(house.log) == {
        "toy_responses",
        "figure",
        "null_calibration",
        "verdicts",
        "invariants",
        "coverage_page",
    }


def test_its_tables_lie_by_its_own_words(house):
    folder = house.path / RESULTS / "analysis/toy/responses/mini-scratch"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.parquet")) == [
        "0/stripes.parquet",
        "5/checks.parquet",
        "5/stripes.parquet",
    ]
    found = pd.read_parquet(folder / "5/checks.parquet")
    assert found[OF_ANALYSIS].drop_duplicates().values.tolist() == [["mini-scratch", 5, "checks"]]
    assert found["value"].gt(0).all()
    record = read_provenance(folder / "5/checks.parquet")
    assert record["job"] == "toy_responses/mini-scratch/5/checks"
    assert record["about"] == {"model": "mini-scratch", "layer": 5, "feature": "checks"}


def test_its_figure_is_drawn_from_them(house):
    values = table(house, "figures/toy/figure_02.csv")
    assert values.groupby("panel").size().tolist() == [6, 6, 6]
    assert values.groupby("panel")[OF_ANALYSIS].first().values.tolist() == [
        ["mini-scratch", 0, "stripes"],
        ["mini-scratch", 5, "stripes"],
        ["mini-scratch", 5, "checks"],
    ]
    figure = house.path / RESULTS / "figures/toy/figure_02.png"
    assert read_provenance(figure)["target"] == "toy/figure_02" and figure.with_suffix(".pdf").stat().st_size > 5000


def test_its_claim_is_judged_and_its_numbers_are_named_by_its_keys(house):
    found = table(house, "verdicts/toy.csv").set_index("id")
    assert {"model", "feature"} <= set(found) and not {"task", "setting"} & set(found)
    assert found["verdict"]["fading"] == "seen in one run"
    assert "mini-scratch" in found["ours_model"]["fading"]
    numbers = found[found["about"] == "number"]
    assert len(numbers) == 3 and set(numbers["verdict"]) == {"not attempted"}
    assert "From scratch ViT-B/16, a chequerboard" in " ".join(numbers["statement"])


def test_its_invariant_was_checked(house):
    found = table(house, "verdicts/toy_invariants.csv")
    assert found[["name", "held", "rows"]].values.tolist() == [["responses", True, 18]]


def test_both_papers_are_on_the_coverage_page(house):
    text = (house.path / RESULTS / "coverage.md").read_text()
    assert "A toy: what layers respond to" in text and "Beyond the Doors of Perception" in text


def test_a_short_name_of_two_papers_is_refused_with_the_full_ones(house):
    printed = house.snakemake("--dry-run", "figure_02", *SETTINGS, check=False)
    assert "relations_figure_02" in printed and "toy_figure_02" in printed
    assert "'figure_02' is an artifact of several papers" in printed and "Traceback" not in printed


def test_full_names_and_short_ones_of_one_paper_are_known(house):
    assert house.pending("toy_figure_02", *SETTINGS) == set()
    asked = house.pending("relations_figure_02", "figure_03", "toy", *SETTINGS)
    assert {"attention", "das", "figure"} <= asked and "toy_responses" not in asked


def test_alone_it_needs_no_section_of_another_paper_and_has_the_short_name(alone):
    assert alone.pending("figure_02", *SETTINGS, ALONE) == set()
    assert "Beyond the Doors" not in (alone.path / RESULTS / "coverage.md").read_text()


def test_its_page_shows_everything(alone):
    text = (alone.path / RESULTS / "report/toy.html").read_text()
    assert "Responses to simple patterns: mini-scratch" in text
    assert "From scratch ViT-B/16 responds more to stripes" in text
    assert "No response is negative." in text and "snakemake toy_figure_02 --config tier=smoke" in text
    assert "mini-objects" not in text
    assert "toy_responses" in (alone.path / RESULTS / "compute.csv").read_text()


def test_its_figure_is_restyled_and_identified(house):
    asked = ["workflow/commands/restyle.py", "toy_figure_02", "--tier", "smoke", "--style", "dark", "--formats", "png"]
    house.run("python", *asked)
    restyled = house.path / RESULTS / "restyled/dark/toy/figure_02.png"
    assert read_provenance(restyled)["style"] == "dark"
    figure = f"{RESULTS}/figures/toy/figure_02.png"
    text = house.run("python", "workflow/commands/identify.py", "--", figure).stdout
    assert "Figure 2 of toy: Responses to simple patterns" in text
    assert "the same program, settings and versions" in text and "missing" not in text


def test_its_figure_is_bundled_once_the_tier_names_the_paper(house):
    command = ("python", "workflow/commands/bundle.py", "--tier", "smoke")
    with named_by_its_tier(house):
        house.run(*command, "toy_figure_02")
        refused = house.run(*command, "figure_02", check=False)
    assert refused.returncode == 1 and "relations_figure_02, toy_figure_02" in refused.stdout
    bundle = house.path / RESULTS / "bundles/toy_figure_02"
    assert (bundle / "workflow/notebooks/toy/responses.ipynb").is_file()
    assert len(list((bundle / RESULTS / "analysis").rglob("*.parquet"))) == 3
    modules = {path.relative_to(bundle).parts[2] for path in (bundle / "src").rglob("*.py") if len(path.parts) > 3}
    assert "toy" in modules and "relations" not in modules
