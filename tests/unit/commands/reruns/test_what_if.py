"""What an edit of a file would make run again, for made-up jobs of the real project."""

from pathlib import Path

import pytest
from made_up_paper import PAPER, ZOO
from plan_jobs import planned

from vitatlas.commands.reruns import parts as reached
from vitatlas.commands.reruns import what_if as asking
from vitatlas.commands.reruns.parts import key_of, parts_of
from vitatlas.commands.reruns.what_if import as_text, following, what_if
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import environment_fingerprint

ROOT = Path(__file__).resolve().parents[4]
CELL = {"model": "mini-objects", "task": "rmts", "setting": "256"}


def job(rule, after=(), number=0, wildcards=None, done=True, **spec):
    wildcards = CELL if wildcards is None else wildcards
    inputs = tuple(file for made in after for file in made.outputs)
    return planned(rule, spec, number, done=done, inputs=inputs, wildcards=wildcards)


MASSES = {"vitatlas.relations.attention.masses": "1", "vitatlas.jobs.job": "1"}
IMAGE = {name: environment_fingerprint(ROOT / "envs", name) for name in ("compute", "figures")}
MINI = {"canvas": 48, "patch": 8, "object": 16, "sprite": 14}
SCENES = job(
    "scenes",
    wildcards={"geometry": "mini", "task": "rmts", "setting": "256"},
    environment=IMAGE["compute"],
    geometry=MINI,
)
TRAINED = job(
    "finetune", [SCENES], wildcards={**CELL, "run": "0"}, name="mini-objects", code={"vitatlas.jobs.job": "1"}
)
ATTENTION = job("attention", [TRAINED, SCENES], name="mini-objects", code=MASSES)
FIGURE = job("figure", [ATTENTION], wildcards={"paper": "relations", "artifact": "figure_02"}, artifact="figure_02")
TABLE = job(
    "table", [TRAINED], wildcards={"paper": "relations", "artifact": "table_04"}, artifact="table_04", done=False
)
PAGE = job("coverage_page", wildcards={}, files={"config/models.yaml": "1", "config/artifacts/relations.yaml": "1"})
JOBS = [SCENES, TRAINED, ATTENTION, FIGURE, TABLE, PAGE]


def parts(file, jobs=JOBS, tier="demo"):
    return {part.label: part for part in parts_of(Path(file), jobs, tier, ROOT)}


def rules(part):
    return [job.rule for job in part.jobs]


def told(file):
    return as_text(Path(file), "demo", list(parts(file).values()), JOBS, lambda jobs: "")


def test_what_follows_is_everything_below():
    assert following([TRAINED], JOBS) == [TRAINED, ATTENTION, FIGURE, TABLE]
    assert following([FIGURE], JOBS) == [FIGURE]


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("src/vitatlas/relations/attention/masses.py", "vitatlas.relations.attention.masses"),
        ("src/vitatlas/relations/__init__.py", "vitatlas.relations"),
        ("workflow/scripts/relations/das.py", "das.py"),
        ("workflow/scripts/figure.py", "figure.py"),
        ("workflow/notebooks/relations/das.ipynb", "das.ipynb"),
    ],
)
def test_programs_and_modules_have_the_keys_of_fingerprints(file, key):
    assert key_of(Path(file)) == key


def test_a_module_reaches_the_jobs_that_import_it_and_what_follows():
    text = told("src/vitatlas/relations/attention/masses.py")
    assert "runs again 2 of 6 jobs; 2 of them are done now" in text
    assert "First, 1 job: 1 of attention" in text and "code.vitatlas.relations.attention.masses" in text
    assert "Then, 1 job: 1 of figure" in text and "Artifacts: relations_figure_02" in text


def test_jobs_that_are_not_done_are_not_counted_as_done():
    assert "runs again 4 of 6 jobs; 3 of them are done now" in told("src/vitatlas/jobs/job.py")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("src/vitatlas/jobs/progress.py", "cannot change what a job makes"),
        ("src/vitatlas/relations/specs/analyses.py", "`make why` shows which"),
        ("tests/unit/test_what_if.py", "no program of a rule"),
        ("docs/design.md", "none reads it"),
        ("rules/relations/das.smk", "The text of rules does not count"),
        ("Snakefile", "The text of rules does not count"),
        ("envs/cpu.lock.txt", "Only the locks of images count"),
        ("config/paper.yaml", "none reads it"),
    ],
)
def test_a_file_without_effect_says_why(file, words):
    text = told(file)
    assert "runs nothing again" in text and words in text.replace("\n", " ")


def test_a_lock_reaches_the_jobs_of_its_image():
    (part,) = parts("envs/compute-cpu.lock.txt").values()
    assert rules(part) == ["scenes"]


def test_a_tier_is_answered_section_by_section():
    found = parts("config/demo.yaml", [SCENES, TRAINED, ATTENTION])
    assert rules(found["relations.stimuli"]) == ["scenes", "finetune", "attention"]
    assert rules(found["relations.finetuning"]) == ["finetune"]
    assert rules(found["relations.attention"]) == rules(found["relations.protocol"]) == ["attention"]
    assert rules(found["relations.runs"]) == ["attention"], "which runs there are; a run does not know of others"
    assert rules(found["seed"]) == ["scenes", "finetune", "attention"]
    assert rules(found["compute"]) == ["finetune", "attention"]
    assert {"stimuli", "relations"}.isdisjoint(found), "sections of papers are shown under their paper, one by one"
    assert not found["gpu_memory_mb"].jobs and not found["papers"].jobs and not found["weights"].jobs
    assert "no finished job depends on it" in found["papers"].why


def test_a_model_reaches_the_jobs_that_name_it():
    found = parts("config/models.yaml")
    assert rules(found["models.mini-objects"]) == ["finetune", "attention", "coverage_page"]
    assert rules(found["models.clip_b16"]) == ["coverage_page"]
    assert rules(found["relations.geometries.mini"]) == ["scenes", "coverage_page"]


def test_the_registry_reaches_artifacts_and_pages():
    (part,) = parts("config/artifacts/relations.yaml").values()
    assert rules(part) == ["figure", "table", "coverage_page"]


def test_a_file_that_jobs_read_reaches_them():
    (part,) = parts(SCENES.outputs[0]).values()
    assert rules(part) == ["finetune", "attention"]


@pytest.mark.parametrize(
    ("file", "problem"),
    [("src/vitatlas/mases.py", "no such file"), ("../other.py", "not in the project"), ("", "no file is named")],
)
def test_other_files_are_refused(file, problem):
    with pytest.raises(UserError, match=problem):
        what_if(file, "demo", ROOT)


def test_the_whole_answer(monkeypatch):
    monkeypatch.setattr(asking, "jobs_of", lambda targets, settings, folder: JOBS)
    monkeypatch.setattr(asking, "_cost", lambda jobs, checkout: lambda some: f" ({len(list(some))} s)")
    text = what_if("src/vitatlas/relations/attention/masses.py", "demo", ROOT)
    assert text.startswith(
        "An edit of src/vitatlas/relations/attention/masses.py, tier demo, runs again 2 of 6 jobs (2 s); "
    )


def test_values_of_an_annex_that_have_no_entries_are_parts_themselves(monkeypatch):
    class Annex(Strict):
        """A value, and two entries."""

        side: int = 48
        looks: dict[str, int] = {"wide": 3, "high": 4}  # noqa: RUF012

    zoo = ZOO.model_copy()
    object.__setattr__(zoo, "looks", Annex())
    monkeypatch.setattr(reached, "load_zoo", lambda path, own: zoo)
    monkeypatch.setattr(reached, "papers", lambda: {"looks": PAPER})
    looking = job("looking", wildcards={}, side=48)
    found = parts("config/models.yaml", [looking])
    assert set(found) == {
        "looks.side",
        "looks.looks.wide",
        "looks.looks.high",
        *(f"models.{name}" for name in zoo.models),
    }
    assert rules(found["looks.side"]) == ["looking"] and not found["looks.looks.wide"].jobs
