"""The table of docs/design.md, what reruns and what does not, row by row, on a finished run of the smoke tier."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HELPER = "src/vitatlas/relations/attention/masses.py"
AFFECTED_BY_HELPER = {
    *("attention", "zero_shot", "walkthrough", "information_flow", "finetune_auxiliary", "attention_auxiliary"),
}


@contextmanager
def edited(path: Path, text: str) -> Iterator[None]:
    """The file with other content, and as it was, to the second, afterwards."""
    before, times = path.read_text(), path.stat()
    path.write_text(text)
    try:
        yield
    finally:
        path.write_text(before)
        os.utime(path, (times.st_atime, times.st_mtime))


def appended(path: Path, text: str):
    return edited(path, path.read_text() + text)


def with_docstring_changed(text: str) -> str:
    assert text.startswith('"""')
    return '"""Other words. ' + text[3:]


def reformatted(text: str) -> str:
    return text.replace("\n\n", "\n\n\n").replace(" = ", "  =  ", 1)


SCENES = ("component_scenes", "feature_scenes")
"""Rules that render scenes of the picture world for one paper."""

OF_PICTURES = ("world_pictures", "pretrain_encoder", "encoder_quality")
"""Rules of the room `pictures` that draw something at random."""


COMPONENTS = {
    *("contributions", "representations", "classifier", "texts", "learn_maps", "component_scores", "component_labels"),
    *("component_table", "heatmaps", "segmentation", "removal", "layer_ablation", "numerics", "component_departures"),
    *("retrieval_by_text", "retrieval_by_picture"),
}
"""Rules of the components paper; all decompose encoders that are pretrained here."""

FEATURES = {
    *("unit_scores", "selectivity", "unit_maps", "moved", "last_layer", "masked", "low_pass", "visualise", "quality"),
    *("path_similarity", "feature_table", "visualised_table", "quality_table"),
}
"""Rules of the features paper that read encoders which are pretrained here, or what is made with them."""


def downstream(*rules: str) -> set[str]:
    """The rules given and those that read what they make."""
    analyses = {"attention", "walkthrough", "das", "novel", "information_flow", "departures", "probe"}
    below = {
        "attention": {"figure", "null_calibration", "invariants"},
        "walkthrough": {"figure"},
        "behaviour": {"figure", "table", "null_calibration", "invariants"},
        # The auxiliary losses' tables read runs of models from scratch too, which no test here reruns alone.
        "finetune": {"behaviour", "zero_shot", *analyses},
        "finetune_auxiliary": {"auxiliary", "attention_auxiliary"},
        "auxiliary": {"figure", "table", "null_calibration", "invariants"},
        "attention_auxiliary": {"figure", "invariants"},
        "pretrain": {"finetune"},
        "pretrain_encoder": {"encoder_quality", *COMPONENTS, *FEATURES},
        "component_scenes": COMPONENTS - {"texts", "numerics"},
        "feature_scenes": {"spectrum", *FEATURES},
        "encoder_quality": {"encoder_table"},
        "encoder_table": {"figure"},
        "world_pictures": {"figure"},
        "scenes": {"finetune", "attention", "walkthrough", "stimulus_samples", "counterfactuals", "probe"}
        | {"finetune_auxiliary", "attention_auxiliary", "departures", "invariants"},
        "counterfactuals": {"das", "novel", "information_flow", "departures", "counterfactual_examples"}
        | {"invariants"},
        "counterfactual_examples": {"figure"},
        "das": {"das_table", "novel", "departures"},
        "departures": {"figure", "invariants"},
        "das_table": {"figure", "null_calibration", "invariants"},
        "novel": {"figure", "null_calibration", "invariants"},
        "probe": {"figure", "null_calibration", "invariants", "departures"},
        "information_flow": {"figure", "invariants"},
        "stimulus_samples": {"figure"},
        "photoreal_scenes": {"render_photoreal", "photoreal_examples"},
        "render_photoreal": {"photoreal_examples", "zero_shot"},
        "photoreal_examples": {"figure"},
        "zero_shot": {"figure", "table", "null_calibration", "invariants"},
        "published": {"figure"},
        "null_calibration": {"verdicts"},
        "verdicts": {"page"},
        "invariants": {"page"},
        "shape_sheet": {"figure"},
        "figure": {"compute_table"},
        "table": {"compute_table"},
        "compute_table": {"page"},
        "coverage_page": {"page"},
    }
    found, waiting = set(), list(rules)
    while waiting:
        rule = waiting.pop()
        if rule not in found:
            found.add(rule)
            waiting.extend(below.get(rule, ()))
    return found


def test_a_finished_run_has_nothing_to_do(smoke):
    assert smoke.pending() == set()


def test_a_clone_touches_every_file_and_reruns_nothing(smoke):
    for path in smoke.path.rglob("*"):
        if path.is_file() and not {"results", ".snakemake", ".git"} & set(path.relative_to(smoke.path).parts):
            path.touch()
    assert smoke.pending() == set()


@pytest.mark.parametrize("change", [with_docstring_changed, reformatted, lambda text: text + "\n# a remark\n"])
def test_words_and_layout_rerun_nothing(smoke, change):
    path = smoke.path / HELPER
    with edited(path, change(path.read_text())):
        assert smoke.pending() == set()


def test_an_unrelated_module_reruns_nothing(smoke):
    new = smoke.path / "src/vitatlas/unrelated.py"
    new.write_text("x = 1\n")
    with appended(smoke.path / "src/vitatlas/relations/scenes/export.py", "\nunused = 1\n"):
        assert smoke.pending() == set()
    new.unlink()


def test_an_edited_helper_reruns_exactly_what_it_serves(smoke):
    with appended(smoke.path / HELPER, "\nEPSILON = 1\n"):
        assert smoke.pending() == downstream(*AFFECTED_BY_HELPER)


def test_an_edited_template_reruns_its_figures_only(smoke):
    path = smoke.path / "workflow/notebooks/relations/sheet.ipynb"
    notebook = json.loads(path.read_text())
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["source"] = [*code["source"], "\nextra = 1"]
    with edited(path, json.dumps(notebook)):
        printed = smoke.snakemake("--dry-run")
        assert re.findall(r"artifact=(\w+)", printed) == ["figure_07"]


@pytest.mark.parametrize(
    ("old", "new", "affected"),
    [
        ("images_per_class: 16", "images_per_class: 17", {"attention", "attention_auxiliary"}),
        ("seed: 0", "seed: 1", {"photoreal_scenes", "scenes", "pretrain", *SCENES, *OF_PICTURES}),
        ("val: 64, test: 64", "val: 65, test: 64", {"scenes"}),
    ],
)
def test_a_changed_value_reruns_exactly_what_depends_on_it(smoke, old, new, affected):
    path = smoke.path / "config/smoke.yaml"
    assert path.read_text().count(old) == 1
    with edited(path, path.read_text().replace(old, new)):
        assert smoke.pending() == downstream(*affected)


def test_two_swapped_values_rerun_what_depends_on_them(smoke):
    path = smoke.path / "config/smoke.yaml"
    text = path.read_text()
    swapped = text.replace("frozen_blocks: 4, reinitialised_blocks: 2", "frozen_blocks: 2, reinitialised_blocks: 4")
    assert swapped != text
    with edited(path, swapped):
        assert smoke.pending() == downstream("finetune")


def test_the_order_of_keys_does_not_matter(smoke):
    path = smoke.path / "config/smoke.yaml"
    text = path.read_text()
    swapped = text.replace("images_per_class: 16\n    batch: 32", "batch: 32\n    images_per_class: 16")
    assert swapped != text
    with edited(path, swapped):
        assert smoke.pending() == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("checkpoint_every_s: 30", "checkpoint_every_s: 31"),
        ("gpu_memory_mb: {default: 2000}", "gpu_memory_mb: {default: 2001, finetune: 9000}"),
    ],
)
def test_a_value_that_changes_no_result_reruns_nothing(smoke, old, new):
    path = smoke.path / "config/smoke.yaml"
    assert path.read_text().count(old) == 1
    with edited(path, path.read_text().replace(old, new)):
        assert smoke.pending() == set()


def test_how_a_model_is_called_reruns_only_what_shows_it(smoke):
    path = smoke.path / "config/models.yaml"
    with edited(path, path.read_text().replace("title: mini-captions", "title: mini, captions")):
        shown = {"figure", "table", "null_calibration", "verdicts", "coverage_page", "compute_table", "page"}
        assert smoke.pending() == shown


def test_a_published_number_reruns_verdicts_and_what_shows_it(smoke):
    path = smoke.path / "config/published/relations.yaml"
    text = path.read_text()
    with edited(path, text.replace("0.9953, 0.9933, 0.9933", "0.9953, 0.9933, 0.9932")):
        assert smoke.pending() == downstream("published", "null_calibration")
    with edited(path, "# Other words.\n" + text):
        assert smoke.pending() == set()


def with_other_numpy(path: Path):
    return edited(path, path.read_text().replace("numpy==", "numpy==9"))


def test_a_changed_lock_reruns_what_runs_in_that_image(smoke):
    with with_other_numpy(smoke.path / "envs/figures.lock.txt"):
        made_there = ["behaviour", "auxiliary", "das_table", "published", "encoder_table", "component_table"]
        made_there += ["feature_table", "visualised_table", "quality_table", "figure", "coverage_page"]
        assert smoke.pending() == downstream(*made_there)
    with (
        with_other_numpy(smoke.path / "envs/compute-cpu.lock.txt"),
        with_other_numpy(smoke.path / "envs/compute-cuda.lock.txt"),
    ):
        made_there = ["photoreal_scenes", "scenes", "pretrain", "shape_sheet", *SCENES, *OF_PICTURES]
        assert smoke.pending() == downstream(*made_there)


@pytest.mark.parametrize("lock", ["cuda", "compute-cuda"])
def test_a_package_of_one_accelerator_reruns_nothing(smoke, lock):
    with appended(smoke.path / f"envs/{lock}.lock.txt", "nvidia-something==1.0\n"):
        assert smoke.pending() == set()


def test_containers_on_or_off_reruns_nothing(container_command, smoke):
    assert smoke.pending("--sdm", "apptainer") == set()


def test_the_printed_reason_names_the_key(smoke):
    with appended(smoke.path / HELPER, "\nEPSILON = 1\n"):
        printed = smoke.snakemake("--dry-run", "--until", "attention")
    before, now = re.search(r"before: (\{.*\}) now: (\{.*\}) *$", printed, re.MULTILINE).groups()
    before, now = json.loads(before), json.loads(now)
    assert {key for key in now if before[key] != now[key]} == {"code"}
    assert {key for key in now["code"] if before["code"][key] != now["code"][key]} == {
        "vitatlas.relations.attention.masses"
    }


def test_why_names_the_module_and_what_follows_from_it(smoke):
    with appended(smoke.path / HELPER, "\nEPSILON = 1\n"):
        told = smoke.run("python", "workflow/commands/why.py", "--tier", "smoke", "relations_figure_02").stdout
    assert "3 jobs of rule attention\n    code: vitatlas.relations.attention.masses changed\n" in told
    assert "1 job of rule figure: made from what attention would make anew" in told


def test_what_if_foretells_what_an_edit_reruns(smoke):
    told = smoke.run("python", "workflow/commands/what_if.py", "--tier", "smoke", HELPER).stdout
    assert set(re.findall(r"\b\d+\s+of\s+([a-z_]+)", told)) - {"them", "unknown"} == downstream(*AFFECTED_BY_HELPER)
    assert "Artifacts: relations_extra_auxiliary_attention," in told
