"""The job that finds the components of a user's model which carry a user's words.

1. Pictures are taken apart into contributions; CLIP encodes the same pictures. Both arrays are hidden, and removed at
   the end.
2. Maps from components into CLIP's space are learned on four fifths of the pictures, and held against the others.
3. Each component is scored for each word, beside a control (`scores`), and labelled with words (TextSpan).
4. Of the pictures that are shown, the best heads of the words that CLIP finds in them are split over tokens.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import torch

from vitatlas.components.decompose import Decomposer, require_exact, table
from vitatlas.components.own.arrays import HiddenRows, fill
from vitatlas.components.own.labels import word_labels
from vitatlas.components.own.mapped import Mapped, learned, unmapped
from vitatlas.components.own.pictures import HELD_OUT, own_pictures
from vitatlas.components.own.scores import DRAWS, WordScores, word_scores
from vitatlas.components.own.shown import Shown, cosines_of, heat_maps, positions_of, why_no_maps
from vitatlas.components.own.spec import OwnSpec
from vitatlas.components.own.words import close_pairs, word_vectors
from vitatlas.components.store.read import Contributions, Representations
from vitatlas.components.texts.towers import tower_of
from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import BroughtPictures
from vitatlas.jobs.checkpoint import Checkpoint, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder_weights import loaded_encoder
from vitatlas.models.text.prompts import read_words


@torch.no_grad()
def own_components(job: Job[OwnSpec]) -> None:
    """Write

    - `table`, one row per component and word: what the component is (`component` … `head`); word, phrase; score,
      control, n (pictures); label (place among the words that describe the component, 0: none of the first) and
      explained (by the words up to it, of the component's variance).
    - `heatmaps`: `vitatlas.components.own.shown.COLUMNS`.

    Raises:
        UserError: A model that cannot be decomposed; weights, pictures or words that cannot be read; a word that a
            miniature does not know; too few pictures; a picture that is to be shown and is not there.
        SystemExit: Stopped by a signal; what is done so far is kept.
    """
    spec, device = job.spec, Device(job.spec.compute).torch
    words = read_words(job.input.words)
    small = spec.small is not None
    vectors = word_vectors(tower_of(spec.text, spec.small, job.input.tower).to(device), words, small=small).cpu()
    of, error, pictures = _opened(job)
    positions = positions_of(pictures.table, spec.shown, spec.pictures_shown)
    arrays = _encoded(job, of, pictures)
    contributions = Contributions(arrays[0].array, pictures.table, table(of.components), job.output.table)
    checkpoint = Checkpoint(job.output.table, key_of(job), spec.compute.checkpoint_every_s)
    mapped, targets = _mapped(job, contributions, arrays[1:], checkpoint)
    scores = word_scores(contributions.mapped, mapped.maps, vectors, spec.seed)
    cosines = cosines_of(targets, vectors)
    shown = Shown(of, mapped.maps, list(words), vectors, scores, cosines, pictures, spec.heads)
    about = _about(job, of, error, pictures, mapped)
    about["close"] = close_pairs(list(words), vectors)
    about["nearest"] = _nearest(list(words), cosines)
    maps = heat_maps(shown, positions)
    labels = word_labels(contributions.mapped, mapped.maps, vectors)
    write_table(job, job.output.heatmaps, maps.assign(**about_encoder(spec.encoder)), **about)
    write_table(job, job.output.table, _rows(of, words, scores, labels).assign(**about_encoder(spec.encoder)), **about)
    checkpoint.remove()
    for array in arrays:
        array.remove()


def _opened(job: Job[OwnSpec]) -> tuple[Decomposer, float, BroughtPictures]:
    """The model, ready to be taken apart; how exact that is; and its pictures."""
    spec = job.spec
    encoder = encoder_of(job, spec.encoder, Device(spec.compute))
    of = Decomposer(encoder, spec.start, spec.policy, layernorm=spec.layernorm)
    return of, require_exact(of), own_pictures(spec.pictures, encoder, job.input.all("indexes"))


def _encoded(job: Job[OwnSpec], of: Decomposer, pictures: BroughtPictures) -> list[HiddenRows]:
    """Contributions of all pictures; and, where maps are learned, CLIP's vectors of them."""
    spec, device, output, key = job.spec, Device(job.spec.compute).torch, job.output.table, key_of(job)
    shape = (len(pictures.table), len(of.components), of.encoder.width)
    rows = HiddenRows(output, "contributions", shape, key)
    title = f"contributions of {spec.encoder.name}"
    fill(rows, pictures, lambda images: of(images)[1], spec.pictures.batch, title, device)
    if spec.method is None:
        return [rows]
    entry = spec.text
    clip = loaded_encoder(entry.model, job.input.all("text_weights"), seed=entry.weights_seed).to(device).eval()
    targets = HiddenRows(output, "representations", (len(pictures.table), clip.width), key)
    theirs = own_pictures(spec.pictures, clip, job.input.all("indexes"))
    fill(targets, theirs, clip, spec.pictures.batch, f"representations of {entry.name}", device)
    return [rows, targets]


def _mapped(
    job: Job[OwnSpec], of: Contributions, targets: list[HiddenRows], checkpoint: Checkpoint
) -> tuple[Mapped, np.ndarray]:
    """The maps, and CLIP's vectors of the pictures."""
    if not targets:
        return unmapped(of), of.z()
    z = targets[0].array
    told = Representations(z, of.pictures, job.output.table)
    with torch.enable_grad():
        return learned(job.spec, of, told, Device(job.spec.compute).torch, checkpoint), z


def _about(
    job: Job[OwnSpec], of: Decomposer, error: float, pictures: BroughtPictures, mapped: Mapped
) -> dict[str, Any]:
    """All that the page says of how it was done."""
    spec, entry = job.spec, job.spec.encoder.model
    (source,) = spec.pictures.parts.values()
    return {
        **about_encoder(spec.encoder),
        "data": source.model_dump()["data"],
        "pictures": len(pictures.table),
        "held_out": int((pictures.table["part"] == HELD_OUT).sum()),
        "text_model": spec.text.name,
        "readout": entry.encoder.readout,
        "start": of.parts[0].name,
        "error": error,
        "method": spec.method,
        "distance": mapped.distance,
        "constant": mapped.constant,
        "passes": mapped.passes,
        "no_maps": why_no_maps(of),
        "draws": DRAWS,
    }


def _nearest(names: list[str], cosines: np.ndarray) -> dict[str, int]:
    """Of how many pictures each word is the nearest."""
    counts = Counter(cosines.argmax(axis=1).tolist())
    return {name: counts[number] for number, name in enumerate(names)}


def _rows(of: Decomposer, words: dict[str, str], scores: WordScores, labels: pd.DataFrame) -> pd.DataFrame:
    """The table; components without a map, the bias, are left out."""
    components = table(of.components).iloc[: len(scores.control)].assign(control=scores.control, n=scores.pictures)
    named = pd.DataFrame({"word": range(len(words)), "name_of_word": list(words), "phrase": list(words.values())})
    rows = components.merge(named, how="cross")
    rows["score"] = scores.scores[rows["component"], rows["word"]]
    rows = rows.merge(labels, on=["component", "word"], how="left")
    rows["label"] = rows.pop("place").fillna(0).astype(int)
    return rows.drop(columns="word").rename(columns={"name_of_word": "word"})
