"""What a file of the workflow says of itself, and the commands that make it again."""

import json
import shlex
from pathlib import Path

import pytest
from plan_jobs import planned

from vitatlas.commands.identify import identity as module
from vitatlas.commands.identify.identity import identify, target_file
from vitatlas.commands.identify.published import published_weights
from vitatlas.commands.identify.show import as_text
from vitatlas.commands.plan.dag import SnakemakeRefused
from vitatlas.errors import UserError
from vitatlas.jobs.again import commands_for
from vitatlas.jobs.embedded import line
from vitatlas.jobs.files import sha256, write_text
from vitatlas.jobs.seal import CONTENT, UNSEALED
from vitatlas.project.checkout import FAILED, NO_GIT, State

TABLE = "results/demo/analysis/relations/attention/m/rmts/256.parquet"
SPEC = {"artifact": "figure_02", "paper": "relations", "title": "Attention", "code": {"draw.py": "a"}}
FIGURE = "results/demo/figures/relations/figure_02.csv"


def record(**changes):
    about = {"target": "relations/figure_02", "tier": "demo", "commit": "abc123", "settings": {}, "environment": "e0"}
    return {"project": "vit-atlas", "spec": SPEC | {"environment": "e0"}, "inputs": {}, **about, **changes}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder with locks and a finished figure, of which Snakemake says that the same job would make it."""
    for image in ("compute", "figures"):
        (tmp_path / f"envs/{image}.lock.txt").parent.mkdir(exist_ok=True)
        (tmp_path / f"envs/{image}.lock.txt").write_text(f"{image}==1\n")
    (tmp_path / TABLE).parent.mkdir(parents=True)
    (tmp_path / TABLE).write_text("numbers")
    monkeypatch.setattr(module, "state_of", lambda _: State("abc123"))
    monkeypatch.setattr(module, "has_commit", lambda *_: True)
    monkeypatch.setattr(
        module, "jobs_of", lambda *_: [planned("figure", SPEC | {"environment": "e0"}, outputs=(FIGURE,))]
    )
    return tmp_path


def figure(folder: Path, **changes) -> Path:
    path = folder / FIGURE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, line(record(**changes), ".csv") + "a\n1\n")
    return path


def test_a_file_that_is_up_to_date(checkout):
    text = as_text(identify(figure(checkout, inputs={TABLE: sha256(checkout / TABLE)}), checkout))
    assert "Figure 2 of relations: Attention" in text
    assert "abc123; this checkout is at it" in text and "git checkout" not in text
    assert "those of config/demo.yaml at that commit" in text
    assert "would make it with the same program, settings and versions" in text
    assert f"{sha256(checkout / TABLE)[:12]} unchanged {TABLE}" in text
    assert text.endswith(f"snakemake --cores all --force {FIGURE} --config tier=demo")


def test_everything_that_is_otherwise_is_named(checkout, monkeypatch):
    now = SPEC | {"environment": "e1", "title": "Gaze", "code": {"draw.py": "b"}}
    monkeypatch.setattr(module, "jobs_of", lambda *_: [planned("figure", now, outputs=(FIGURE,))])
    monkeypatch.setattr(module, "state_of", lambda _: State("def456-dirty"))
    monkeypatch.setattr(module, "has_commit", lambda *_: False)
    inputs = {TABLE: "0" * 64, "results/demo/gone.parquet": "1" * 64}
    path = figure(
        checkout, commit="abc123-dirty", inputs=inputs, settings={"relations": {"das": {"epochs": 3}}, "seed": 1}
    )
    text = as_text(identify(path, checkout))
    assert "abc123, with uncommitted changes" in text and "git does not have here" in text and "def456-dirty" in text
    assert "relations.das.epochs: 3" in text and "seed: 1" in text
    assert "code: draw.py changed" in text and 'title: "Attention" → "Gaze"' in text
    assert "e0, other versions than envs/ locks here" in text
    assert "of which 2 are not here as they were" in text
    assert "000000000000 changed" in text and "111111111111 missing" in text
    assert "git checkout abc123\n  make environment" in text


def test_a_target_that_this_checkout_does_not_know(checkout, monkeypatch):
    def refuse(*_):
        raise SnakemakeRefused("Using workflow specific profile x\nerror: unknown target\n  where: there")

    monkeypatch.setattr(module, "jobs_of", refuse)
    assert "does not make it: unknown target where: there" in as_text(identify(figure(checkout), checkout))


@pytest.mark.parametrize(
    "output",
    [
        "host: me\nTraceback (most recent call last):\n  File \"x\", line 3\nPermissionError: [Errno 13] no: '/x'",
        "OSError: [Errno 116] Stale file handle",
        "",
    ],
)
def test_a_question_that_failed_is_no_finding(checkout, monkeypatch, output):
    def fail(*_):
        raise SnakemakeRefused(output)

    monkeypatch.setattr(module, "jobs_of", fail)
    found = identify(figure(checkout), checkout)
    text = as_text(found)
    assert not found.refused and "unknown: Snakemake could not be asked" in text
    assert "does not make it" not in text and "Traceback" not in text and "host:" not in text


@pytest.mark.parametrize("why", [FAILED, NO_GIT])
def test_where_git_cannot_be_asked_nothing_is_said_of_what_it_has(checkout, monkeypatch, why):
    monkeypatch.setattr(module, "state_of", lambda _: State("", why))
    monkeypatch.setattr(module, "has_commit", lambda *_: None)
    text = as_text(identify(figure(checkout), checkout))
    assert f"whether this checkout is at it is unknown: {why}" in text
    assert "does not have" not in text and "no git checkout" not in text


def test_an_unknown_commit_says_why(checkout):
    unknown = {"commit": "git is not installed", "settings": "the job was started by hand"}
    text = as_text(identify(figure(checkout, commit=None, settings=None, unknown=unknown), checkout))
    assert "unknown: git is not installed" in text and "unknown: the job was started by hand" in text
    assert "This needs, besides:" in text and "knows no commit" in text and "settings of the run" in text


def test_uncommitted_edits_are_needed_besides(checkout):
    text = as_text(identify(figure(checkout, commit="abc123-dirty"), checkout))
    assert "This needs, besides: the edits that were not committed on top of abc123" in text


def test_a_file_that_was_changed_says_so(checkout):
    path = figure(checkout, **{CONTENT: UNSEALED})
    assert "as it was written, by the digest inside" in as_text(identify(path, checkout))
    path.write_text(path.read_text().replace("a\n1", "a\n2"))
    assert "CHANGED since it was written" in as_text(identify(path, checkout))


def test_inputs_are_looked_for_where_the_file_lies(checkout, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / TABLE).parent.mkdir(parents=True)
    (elsewhere / TABLE).write_text("other numbers")
    path = figure(elsewhere, inputs={TABLE: sha256(elsewhere / TABLE)})
    assert [item.state for item in identify(path, checkout).inputs] == ["unchanged"]
    alone = checkout / "figure_02.csv"
    path.rename(alone)
    assert [item.state for item in identify(alone, checkout).inputs] == ["changed"]


@pytest.mark.parametrize("path", ["", "none.pdf", "plain.csv", "old.csv"])
def test_what_cannot_be_identified_is_one_error(checkout, path, monkeypatch):
    monkeypatch.chdir(checkout)
    Path("plain.csv").write_text("a\n1\n")
    Path("old.csv").write_text(line({"project": "vit-atlas"}, ".csv"))
    with pytest.raises(UserError, match=r"no file|no such file|no provenance|does not name: commit"):
        identify(Path(path), checkout)


@pytest.mark.parametrize(
    ("target", "suffix", "file"),
    [
        ("relations/figure_03", ".pdf", "results/demo/figures/relations/figure_03.pdf"),
        ("relations/extra_departures", ".png", "results/demo/figures/relations/extra_departures.png"),
        ("relations/table_03", ".tex", "results/demo/tables/relations/table_03.tex"),
        ("results/demo/weights/m.safetensors", ".safetensors", "results/demo/weights/m.safetensors"),
        ("best.safetensors", ".safetensors", "best.safetensors"),
    ],
)
def test_the_file_to_ask_for(target, suffix, file):
    assert target_file(record(target=target), suffix) == file


def test_own_settings_come_back_as_they_were(tmp_path):
    settings = {"relations": {"das": {"layers": None, "sizes": {"train": 8}}}, "note": "it's"}
    file, command = commands_for(record(settings=settings), FIGURE, "abc123")
    words = shlex.split(file)
    assert words[0] == "echo" and json.loads(words[1]) == settings
    assert f"--configfile {words[3]} --config tier=demo" in command


def test_a_restyled_figure_is_drawn_and_restyled(checkout):
    values = {FIGURE: "2" * 64}
    text = as_text(identify(figure(checkout, style="dark", drawn_from=values), checkout))
    assert text.endswith("make restyle STYLE=dark TIER=demo TARGET=relations_figure_02")
    assert "in the style dark" in text and f"222222222222 changed   {FIGURE}" in text


def test_files_of_all_tiers_and_of_no_commit(checkout):
    target = "resources/weights/m.safetensors"
    about = {"model": "m", "published": {"hub": "a/b"}}
    text = as_text(identify(figure(checkout, tier=None, commit=None, target=target, about=about), checkout))
    assert "unknown: the record does not say why" in text and "no tier's" in text
    assert 'weights: model m, published {"hub": "a/b"}' in text
    assert text.endswith(f"--force {target}")


def test_published_weights_are_known_by_their_checksum(checkout):
    weights = checkout / "w.safetensors"
    weights.write_bytes(b"weights")
    pin = f"{{hub: a/b, file: f, revision: null, size: 7, sha256: {sha256(weights)}}}"
    (checkout / "config").mkdir()
    (checkout / "config/weights.lock").write_text(f"vit: {pin}\n")
    assert "published weights of model 'vit'" in published_weights(weights, checkout)
    assert "--force resources/weights/vit.safetensors" in published_weights(weights, checkout)
    weights.write_bytes(b"other")
    assert published_weights(weights, checkout) == ""
