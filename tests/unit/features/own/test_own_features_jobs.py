"""The chain from a user's pictures to the page, on a small encoder with one unit that is never active."""

from __future__ import annotations

import json
import math
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from brought_pictures import as_folders, index_of, photo, saved
from browser import COMMAND, Browser
from encoder_kinds import encoder_entry

from vitatlas.features.own.job import own_maps, own_visualise
from vitatlas.features.own.page import own_features
from vitatlas.features.own.page_spec import TEMPLATES, OwnPageSpec
from vitatlas.features.own.spec import OwnMapsSpec, OwnVisualiseSpec
from vitatlas.features.top.job import unit_scores
from vitatlas.features.top.spec import UnitScoresSpec
from vitatlas.features.visualise.ascent import Ascent
from vitatlas.jobs.job import Job, parse
from vitatlas.jobs.stopping import STOPPED
from vitatlas.models.encoder import build_encoder
from vitatlas.models.weights import save_safetensors

ROOT = Path(__file__).resolve().parents[4]
DEAD = 1
SHOWN = {"layers": 6, "units": 3, "besides": []}
SETTINGS = {"steps": 3, "copies": 2}
SCORES = {"scores": "scores.npy", **{name: f"{name}.parquet" for name in ("units", "pictures", "moments", "top")}}
VISUALISED = {"images": "visualised.npy", "table": "visualised.parquet"}
MAPS = {"maps": "maps.parquet", "table": "locality.parquet", "thumbnails": "thumbnails.parquet"}


def start(run: Callable[[Job[Any]], None], kind: type, folder: Path, inputs: dict, outputs: dict, **spec: Any) -> None:
    given = [word for name, paths in inputs.items() for word in ("--input", name, *map(str, paths))]
    made = [word for name, file in outputs.items() for word in ("--output", name, str(folder / file))]
    run(parse(kind, [*given, *made, "--spec", json.dumps(spec)]))


def encoder(kind: str = "vit") -> dict[str, Any]:
    model = encoder_entry(kind).model_dump(mode="json", exclude_none=True)
    return {"encoder": {"name": "mine", "run": 0, "model": model, "weights_seed": 0}, "compute": {"device": "cpu"}}


def inputs(folder: Path, *names: str) -> dict[str, list[Path]]:
    own = {"weights": [folder / "weights.safetensors"], "indexes": [folder / "mine.parquet"]}
    return {name: own.get(name, [folder / f"{name}.parquet"]) for name in names}


def visualised(folder: Path, out: Path, kind: str = "vit") -> None:
    given = {"shown": SHOWN, "weight": 0.01, "settings": SETTINGS, "together": 2, "seed": 1, **encoder(kind)}
    start(own_visualise, OwnVisualiseSpec, out, inputs(folder, "weights", "units", "moments"), VISUALISED, **given)


def chain(folder: Path, kind: str) -> Path:
    """A folder with weights and pictures, where the whole chain runs."""
    pictures = {
        (label, f"{label}<{number}>.png"): saved(photo(number), "PNG")
        for label in ("cat", "dog")
        for number in range(6)
    }
    index_of(as_folders(pictures, folder / "pictures"), folder / "mine.parquet")
    pictures_spec = {"pictures": {"parts": {"own": {"data": "mine"}}, "seed": 0, "batch": 5}}
    scored = {**encoder(kind), **pictures_spec, "sites": [{}], "kept": 4}
    start(unit_scores, UnitScoresSpec, folder, inputs(folder, "weights", "indexes"), SCORES, **scored)
    visualised(folder, folder, kind)
    mapped = {**encoder(kind), **pictures_spec, "shown": SHOWN, "top": 4, "seed": 0}
    given = inputs(folder, "weights", "indexes", "units", "moments", "top")
    start(own_maps, OwnMapsSpec, folder, given, MAPS, **mapped)
    given = inputs(folder, "visualised", "top", "moments", "pictures", "maps", "thumbnails")
    given |= {"images": [folder / "visualised.npy"], "templates": [ROOT / name for name in TEMPLATES]}
    spec = {"name": "x", "title": "My <net>", "architecture": "vit", "untrained": False, "data": "mine"}
    start(own_features, OwnPageSpec, folder, given, {"html": "x.html"}, **spec)
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chain of a transformer, one of whose units is never active."""
    folder = tmp_path_factory.mktemp("own")
    network = build_encoder(encoder_entry("vit"), seed=0).backbone
    with torch.no_grad():
        for block in network.blocks:
            block.mlp.fc1.weight[DEAD] = 0
            block.mlp.fc1.bias[DEAD] = -100
    save_safetensors(folder / "weights.safetensors", network.state_dict())
    return chain(folder, "vit")


def test_the_first_units_of_every_layer_are_visualised(place: Path) -> None:
    table = pd.read_parquet(place / "visualised.parquet")
    assert table[["layer", "unit"]].to_numpy().tolist() == [[layer, unit] for layer in (0, 1) for unit in range(3)]
    assert len(np.load(place / "visualised.npy")) == 6 and set(table["weight"]) == {0.01}


def test_they_are_mapped_on_their_top_pictures(place: Path) -> None:
    maps, top = pd.read_parquet(place / "maps.parquet"), pd.read_parquet(place / "top.parquet")
    assert set(zip(maps["layer"], maps["unit"], strict=True)) == {
        (layer, unit) for layer in (0, 1) for unit in range(3)
    }
    best = top[(top["by"] == "mean") & (top["layer"] == 1) & (top["unit"] == 2)].sort_values("rank")["picture"]
    found = maps[(maps["layer"] == 1) & (maps["unit"] == 2)].sort_values("rank")["picture"]
    assert best.tolist() == found.tolist() and len(found) == 4


def test_the_page_shows_every_unit_with_its_pictures_and_loads_nothing(place: Path) -> None:
    page = (place / "x.html").read_text()
    assert page.count('<article class="unit"') == 6
    # One that was made per unit; of the four that are active, four top pictures with maps
    assert page.count("<img") == 6 + 4 * 4 * 2 and page.count('src="data:image/webp') == page.count("<img")
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page) and "@import" not in page
    assert "My &lt;net&gt;" in page and "&lt;1&gt;.png" in page and "<1>" not in page


def test_a_unit_that_is_not_active_is_shown_as_such(place: Path) -> None:
    cards = re.split(r"<article", (place / "x.html").read_text())[1:]
    silent = [card for card in cards if "Not active on these pictures" in card]
    assert len(silent) == 2 and all(f"unit {DEAD}" in card for card in silent)
    assert all(card.count("<img") == 1 and "its scores do not vary" in card for card in silent)
    assert "2 of 6 units are not active" in (place / "x.html").read_text()


def searched(place: Path, folder: Path, text: str) -> str:
    """The page once this was typed."""
    page = folder / "sought.html"
    typed = f"<script>field.value = {json.dumps(text)}; search();</script></body>"
    page.write_text((place / "x.html").read_text().replace("</body>", typed))
    dom, console = Browser(folder).dump(page)
    assert console == []
    return dom


@pytest.mark.skipif(COMMAND is None, reason="needs Chromium")
def test_the_page_asks_for_nothing_and_is_searched_by_place(place: Path, tmp_path: Path) -> None:
    dom, console = Browser(tmp_path).dump(place / "x.html")
    assert console == [] and Browser(tmp_path).requests(place / "x.html") == [] and "6 units</output>" in dom
    dom = searched(place, tmp_path, "LAYER 1 not active")
    assert "1 of 6 units shown</output>" in dom
    assert re.findall(r'<section class="layer" aria-labelledby="layer(\d)" hidden', dom) == ["0"]


@pytest.mark.skipif(COMMAND is None, reason="needs Chromium")
def test_all_units_are_searched_by_label_beside_chance(place: Path, tmp_path: Path) -> None:
    found = re.search(r'<section id="everywhere"(.*?)</section>', searched(place, tmp_path, "cat layer 1"), re.DOTALL)
    assert found and "hidden" not in found[1].partition(">")[0]
    top, moments = pd.read_parquet(place / "top.parquet"), pd.read_parquet(place / "moments.parquet")
    active = moments[(moments["by"] == "mean") & (moments["layer"] == 1) & (moments["scale"] > 0)]["unit"]
    rows = top[(top["by"] == "mean") & (top["layer"] == 1) & top["unit"].isin(active)]
    hits = rows["picture"].str.contains("cat").groupby(rows["unit"]).sum()
    best = int(hits.max())
    chance = math.comb(6, best) * math.comb(6, 4 - best) / math.comb(12, 4)
    told = f"6 of 12 pictures match. Of {len(active)} active units, {(hits == best).sum()} have {best} of them among "
    assert told + f"their top pictures; drawn at random, {len(active) * chance:.1f} would." in found[1]
    first = hits[hits == best].index[0]
    assert re.search(
        rf"<li>(<a href=\"#l1u{first}\">|<span>)layer 1, unit {first}</(a|span)>: {best} of 4</li>", found[1]
    )


def test_a_job_that_was_stopped_comes_to_the_same_pictures(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance, done = Ascent.advance, []

    def counted(self: Ascent) -> None:
        advance(self)
        done.append(self.step)
        if len(done) == 5:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Ascent, "advance", counted)
    with pytest.raises(SystemExit) as stop:
        visualised(place, tmp_path)
    assert stop.value.code == STOPPED
    visualised(place, tmp_path)
    assert len(done) == 3 * 4 and np.array_equal(
        np.load(tmp_path / "visualised.npy"), np.load(place / "visualised.npy")
    )


@pytest.mark.parametrize("kind", ["resnet", "swin"])
def test_other_families_have_a_page_too(kind: str, tmp_path: Path) -> None:
    network = build_encoder(encoder_entry(kind), seed=0).backbone
    save_safetensors(tmp_path / "weights.safetensors", network.state_dict())
    page = (chain(tmp_path, kind) / "x.html").read_text()
    layers = pd.read_parquet(tmp_path / "units.parquet")["layer"].nunique()
    assert page.count('<article class="unit"') == 3 * min(layers, 6) > 3
