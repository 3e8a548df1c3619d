"""The job from pictures and words to scores and heat-maps, on small encoders; and the page that shows them."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from brought_pictures import as_folders, index_of, photo, saved
from decomposed import entry
from small_clip import ENTRY, SIZES, saved_clip

from vitatlas.components.decompose import Decomposer
from vitatlas.components.own import job as job_module
from vitatlas.components.own.job import own_components
from vitatlas.components.own.page import own_page
from vitatlas.components.own.page_spec import TEMPLATES, OwnPageSpec
from vitatlas.components.own.spec import OwnSpec
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED
from vitatlas.models.encoder import build_encoder

ROOT = Path(__file__).resolve().parents[4]
COUNT = 40
WORDS = "red\nsea\nbird: a bird\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of pictures, a list of words, and the weights of a CLIP miniature."""
    folder = tmp_path_factory.mktemp("own")
    pictures = {("a", f"{number:02d}.png"): saved(photo(number, (40, 36)), "PNG") for number in range(COUNT)}
    index_of(as_folders(pictures, folder / "pictures"), folder / "mine.parquet")
    (folder / "words.txt").write_text(WORDS)
    saved_clip(folder / "clip.safetensors")
    return folder


def model(kind: str) -> dict[str, Any]:
    return entry(kind).model_dump(mode="json", exclude_none=True)


def arguments(place: Path, out: Path, kind: str = "vit", words: str = "words.txt", **changes: Any) -> list[str]:
    clip = {"name": "clip", "run": 0, "model": ENTRY.model_dump(mode="json"), "weights_seed": 0}
    spec = {
        "encoder": {"name": "mine", "run": 0, "model": model(kind), "weights_seed": 0},
        "pictures": {"parts": {"own": {"data": "mine"}}, "seed": 0, "batch": 16},
        **{"text": clip, "small": SIZES.model_dump(), "method": "compalign", "settings": {"learning_rate": 0.003}},
        **{"start": None, "policy": "separate", "layernorm": "corrected", "pictures_shown": 2, "shown": []},
        **{"heads": 1, "seed": 0, "compute": {}},
    }
    given = {"words": words, "tower": "clip.safetensors", "text_weights": "clip.safetensors", "indexes": "mine.parquet"}
    inputs = [word for name, file in given.items() for word in ("--input", name, str(place / file))]
    outputs = ["--output", "table", str(out / "x.parquet"), "--output", "heatmaps", str(out / "x.heatmaps.parquet")]
    return [*inputs, *outputs, "--spec", json.dumps(spec | changes)]


def made(
    place: Path, out: Path, kind: str = "vit", **changes: Any
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    own_components(parse(OwnSpec, arguments(place, out, kind, **changes)))
    table, maps = (pd.read_parquet(out / name) for name in ("x.parquet", "x.heatmaps.parquet"))
    return table, maps, read_provenance(out / "x.parquet")["about"]


@pytest.fixture(scope="module")
def found(
    place: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any], Path]:
    out = tmp_path_factory.mktemp("found")
    return *made(place, out), out


def test_every_component_with_a_map_has_every_word(found: Any) -> None:
    table, _, about, _ = found
    components = Decomposer(build_encoder(entry("vit"), seed=0).eval()).components
    assert table.drop_duplicates("component")["name"].tolist() == [one.name for one in components[:-1]]
    assert table.groupby("component")["word"].agg(list).map(tuple).unique().tolist() == [("red", "sea", "bird")]
    assert table.groupby("word")["phrase"].first().to_dict() == {"red": "red", "sea": "sea", "bird": "a bird"}
    assert set(table["n"]) == {COUNT} and table["control"].dropna().between(0, 1).all()
    assert sorted(table.loc[table["name"] == "block.1.mlp", "label"]) == [1, 2, 3]
    assert about["pictures"] == COUNT and about["held_out"] == 8 and sum(about["nearest"].values()) == COUNT


def test_it_is_told_how_far_maps_lead_and_how_exact_the_sum_is(found: Any) -> None:
    about = found[2]
    assert about["method"] == "compalign" and 0 < about["distance"] < 2 and about["constant"] > 0
    assert about["passes"] >= 1 and about["error"] < 1e-5


def test_nothing_but_the_outputs_stays(found: Any) -> None:
    assert sorted(path.name for path in found[3].iterdir()) == ["x.heatmaps.parquet", "x.parquet"]


def test_shown_are_the_first_pictures_with_their_nearest_words_and_heads_above_their_control(found: Any) -> None:
    table, maps, _, _ = found
    assert maps["picture"].unique().tolist() == ["a/00.png", "a/01.png"]
    for _, rows in maps.groupby("picture"):
        assert rows["place"].tolist() == [1, 2, 3] and rows["cosine"].is_monotonic_decreasing
    scores = table.set_index(["component", "word"])[["score", "control", "kind"]]
    drawn = maps[maps["component"] >= 0]
    for row in drawn.itertuples():
        of = scores.loc[(row.component, row.word)]
        assert of["kind"] == "head" and row.score == of["score"] > of["control"] and len(row.map) == 16
        heads = table[(table["kind"] == "head") & (table["word"] == row.word) & (table["score"] > table["control"])]
        assert row.score == heads["score"].max()


def test_in_its_own_space_a_clip_model_needs_no_maps(place: Path, tmp_path: Path) -> None:
    clip = {"name": "clip", "run": 0, "model": ENTRY.model_dump(mode="json"), "weights_seed": 0}
    table, _, about = made(place, tmp_path, encoder=clip, method=None)
    assert about["method"] is None and about["distance"] is None and table["score"].notna().any()


def test_the_page_shows_words_scores_maps_and_warnings(found: Any, tmp_path: Path) -> None:
    *_, out = found
    spec = {"name": "x", "title": "My <net>", "text_title": "mini", "architecture": "vit", "words": "words.txt"}
    inputs = ["--input", "table", str(out / "x.parquet"), "--input", "heatmaps", str(out / "x.heatmaps.parquet")]
    templates = ["--input", "templates", *(str(ROOT / name) for name in TEMPLATES)]
    page = tmp_path / "x.html"
    own_page(parse(OwnPageSpec, [*inputs, *templates, "--output", "html", str(page), "--spec", json.dumps(spec)]))
    text = page.read_text()
    assert "My &lt;net&gt;" in text and "“a bird”" in text and "block.2.mlp" in text
    assert "There are 40 pictures, which are few" in text and "(1 − cosine)" in text
    assert text.count("data:image/webp") == 2 + (pd.read_parquet(out / "x.heatmaps.parquet")["component"] >= 0).sum()
    assert read_provenance(page)["about"] == {} and not any(word in text for word in ('="http', '="nan"', ">nan<"))


def test_a_network_whose_heads_cannot_be_split_has_no_heat_maps_but_the_reason(place: Path, tmp_path: Path) -> None:
    _, maps, about = made(place, tmp_path, "scale-norm")
    assert set(maps["component"]) == {-1} and len(maps) == 6
    assert "between attention and its output projection" in about["no_maps"]


def test_a_word_that_the_miniature_does_not_know_is_named_before_anything_is_encoded(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "other.txt").write_text("bird\nzebra\n")
    monkeypatch.setattr(job_module, "fill", pytest.fail)
    with pytest.raises(UserError, match="'zebra'"):
        own_components(parse(OwnSpec, arguments(place, tmp_path, words="other.txt")))


def test_a_job_that_was_stopped_makes_the_same(place: Path, tmp_path: Path, found: Any, monkeypatch: Any) -> None:
    seen = 0
    whole = Decomposer.__call__

    def stopping(self: Decomposer, images: torch.Tensor) -> Any:
        nonlocal seen
        if len(images) > 2:  # not the check on two pictures
            seen += len(images)
            if seen == 32:
                os.kill(os.getpid(), signal.SIGTERM)
        return whole(self, images)

    monkeypatch.setattr(Decomposer, "__call__", stopping)
    with pytest.raises(SystemExit) as left:
        own_components(parse(OwnSpec, arguments(place, tmp_path)))
    assert left.value.code == STOPPED and seen == 32
    table, maps, _ = made(place, tmp_path)
    assert seen == 32 + 8
    pd.testing.assert_frame_equal(table, found[0])
    assert all(np.array_equal(one, other) for one, other in zip(maps["map"], found[1]["map"], strict=True))
