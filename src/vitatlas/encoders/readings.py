"""Readings: representation, answer and activations at sites, of an encoder and the pictures that a user brings.

1. A picture is decoded, resized and cropped as the encoder's entry in the zoo says.
2. Of the representation z all is kept; of the head the answer and its probability; of an activation at a site the mean
   over patches, in true places.
3. Pictures come in the order of the index, a batch at a time. Rows are kept as they are made: memory does not grow with
   the number of pictures, and a job that was stopped goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import torch
from torch import Tensor

from vitatlas.config.read import require_known
from vitatlas.device import Device
from vitatlas.encoders.spec import ReadPicturesSpec
from vitatlas.images.brought.index import Index, load_index
from vitatlas.images.brought.pictures import Batch, batches
from vitatlas.images.brought.view import View
from vitatlas.jobs.checkpoint import StopRequest, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.parts import Parts
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.stopping import STOPPED
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder
from vitatlas.models.encoder_weights import loaded_encoder
from vitatlas.models.sites import check_sites, patches, read, sites


def read_pictures(job: Job[ReadPicturesSpec]) -> None:
    """Write `table`, one row per picture: id, class_id, label; z; where the encoder has a head, answer and probability;
    a column per site. And `sites`, one row per site that the encoder has: site, shape of one picture's activation.

    Raises:
        UserError: Weights that do not fit, a site that the encoder has not or that is not of patches, a picture that
            cannot be read; no GPU where one was asked for.
        SystemExit: SIGTERM or SIGUSR1 came; the rows so far are kept, the status is `STOPPED`.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = loaded_encoder(spec.model, job.input.all("weights"), seed=spec.weights_seed).to(device.torch).eval()
    known = sites(encoder.backbone)
    for site in spec.sites:
        require_known(site, known, f"site of '{spec.name}'", "key `sites` of the reading")
    index, settings = load_index(job.input.index), spec.model.encoder
    view = View(settings.image, settings.shorter_side, settings.interpolation)
    about = {"data": spec.data, "model": spec.name, "run": spec.run}
    _write_sites(job, encoder, index, view, about)
    parts = Parts(job.output.table, key_of(job))
    _read_all(spec, encoder, index, view, device, parts)
    parts.join(job, **about)


def _write_sites(
    job: Job[ReadPicturesSpec], encoder: Encoder, index: Index, view: View, about: Mapping[str, object]
) -> None:
    """Run the first picture through every site."""
    first = next(batches(index, view, 1))
    device = next(encoder.parameters()).device
    shapes = check_sites(encoder.backbone, encoder.normalise(torch.from_numpy(first.images).to(device)))
    table = pd.DataFrame({"site": list(shapes), "shape": [list(shape[1:]) for shape in shapes.values()]})
    write_table(job, job.output.sites, table, **about)


def _read_all(spec: ReadPicturesSpec, encoder: Encoder, index: Index, view: View, device: Device, parts: Parts) -> None:
    title = f"pictures of {spec.data} through {spec.name}"
    with StopRequest() as stop, Progress(len(index), title, done=parts.rows) as progress:
        for batch in batches(index, view, spec.batch, parts.rows):
            parts.add(_rows(batch, _seen(encoder, torch.from_numpy(batch.images), spec.sites, device)))
            progress.step(len(batch.ids))
            if stop.signal and parts.rows < len(index):
                print(f"{title}: stopped after {parts.rows} of {len(index)}; run again to continue", file=sys.stderr)
                raise SystemExit(STOPPED)


@torch.no_grad()
def _seen(encoder: Encoder, images: Tensor, names: list[str], device: Device) -> dict[str, Tensor]:
    """Columns of a batch: vectors [B, …] or numbers [B]."""
    with device.autocast(), read(encoder.backbone, names) as cache:
        features = encoder.features(images.to(device.torch))
        z = encoder.read(features)
        logits = encoder.classify(features) if encoder.entry.encoder.classes else None
    found = {"z": z}
    if logits is not None:
        probability, answer = logits.float().softmax(1).max(1)
        found |= {"answer": answer, "probability": probability}
    return found | {name: patches(encoder.backbone, name, cache[name]).mean(dim=(1, 2)) for name in names}


def _rows(batch: Batch, seen: Mapping[str, Tensor]) -> pa.Table:
    columns = {
        "id": pa.array(batch.ids, pa.string()),
        "class_id": pa.array(batch.class_ids, pa.string()),
        "label": pa.array(batch.labels),
    }
    return pa.table(columns | {name: _column(value) for name, value in seen.items()})


def _column(value: Tensor) -> pa.Array:
    """Numbers as they are, vectors as lists of one length of float32."""
    if value.ndim == 1:
        return pa.array(value.cpu().numpy())
    flat = np.ascontiguousarray(value.float().cpu().numpy()).reshape(-1)
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), value.shape[1])
