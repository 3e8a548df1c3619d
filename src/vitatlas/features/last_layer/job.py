"""The job of table 1 and figure 7: what of the answer is in the class token, and what in each patch, and from where on.

Quantities, behind l of L blocks (column `layer`, 0 to L; the layer whose output it is has number l - 1):

- `natural`: the network. `isolating_cls`: class token and patches apart for l blocks, then together. `cls_only`:
  together for l blocks, then the class token alone.
- `patch`: the head on one patch, h(LN(x_l[p])), which it was not trained for. `patch_average` is the mean of the
  accuracies over patches, also over those that are and are not on the object; `patch_maximum` that of the best patch,
  which is chosen on the same pictures and so a little too high. The interval of an average is that of as many
  independent pictures with one patch each: too wide rather than too narrow.
- `head_on_patches`, `head_on_all`: the head on the mean of all patches behind the last norm, and on that of all tokens.

What an encoder does not have is left out, and the reason printed and kept with the table.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from torch import Tensor

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import Pictures, WorldPictures, parts_of
from vitatlas.features.last_layer.classes import classes_of
from vitatlas.features.last_layer.head import with_head
from vitatlas.features.last_layer.measure import LastLayer
from vitatlas.features.last_layer.right import MEASURES, measures_of
from vitatlas.features.last_layer.rows import accuracies, by_picture
from vitatlas.features.last_layer.spec import LastLayerSpec
from vitatlas.features.last_layer.tally import Tally
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.stopping import STOPPED
from vitatlas.jobs.tables import write_table


def last_layer(job: Job[LastLayerSpec]) -> None:
    """Write two tables.

    - `table`, one row per number: model, run, quantity, layer, among (all, object, other: which patches), row and
      column (of a patch, else -1), measure (top1, top5), n, hits, value, low, high (95 %, Wilson), chance (the
      commonest classes).
    - `by_picture`, for differences between quantities: model, run, quantity, layer, among, picture, top1, top5 (of
      `patch`, the share of the picture's patches).

    Raises:
        UserError: No head; an l at which nothing is defined; classes that the head does not have; weights, a head or
            pictures that cannot be read; a logit that is not finite.
        SystemExit: Stopped by a signal; the counts so far are kept.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = with_head(encoder_of(job, spec.encoder, device), job.input.all("head"))
    measure = LastLayer(encoder, spec.layers)
    (pictures,) = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, job.input.all("indexes")).values()
    classes = classes_of(pictures.table, spec.attribute, spec.classes, measure.head.classes)
    left_out = _left_out(measure)
    for name, reason in left_out.items():
        print(f"{spec.encoder.name}: no {name}: {reason}", file=sys.stderr)
    tally = _tally(job, measure, pictures, classes, device)
    measures = list(measures_of(measure.head.classes))
    about = about_encoder(spec.encoder)
    table = accuracies(tally, classes, measures).assign(**about)
    write_table(job, job.output.table, table[[*about, *table.columns.drop(list(about))]], **about, left_out=left_out)
    each = by_picture(tally, pictures.table["picture"].tolist(), measures).assign(**about)
    write_table(job, job.output.by_picture, each[[*about, *each.columns.drop(list(about))]], **about)
    _checkpoint(job).remove()


def _left_out(measure: LastLayer) -> dict[str, str]:
    """Reasons, by quantity or measure."""
    few = measure.head.classes
    trivial = f"of {few} classes all are among the best 5"
    return measure.omitted | {name: trivial for name in MEASURES if name not in measures_of(few)}


def _tally(job: Job[LastLayerSpec], measure: LastLayer, pictures: Pictures, classes: Tensor, device: Device) -> Tally:
    """Count on all pictures, from where a stopped job was."""
    total, title, checkpoint = len(classes), f"last layer of {job.spec.encoder.name}", _checkpoint(job)
    tally = Tally(total)
    if (state := checkpoint.load()) is not None:
        tally.restore(state)
    with StopRequest() as stop, Progress(total, title, done=tally.done) as progress:
        for images, masks in _batches(pictures, job.spec.pictures.batch, tally.done):
            own = classes[tally.done : tally.done + len(images)].to(device.torch)
            with device.autocast():
                tally.add(measure(images.to(device.torch), own, masks))
            progress.step(len(images))
            stopped = stop.signal is not None and tally.done < total
            if stopped or checkpoint.due:
                checkpoint.save(tally.state())
            if stopped:
                print(f"{title}: stopped after {tally.done} of {total}; run again to continue", file=sys.stderr)
                raise SystemExit(STOPPED)
    return tally


def _checkpoint(job: Job[LastLayerSpec]) -> Checkpoint:
    return Checkpoint(job.output.table, key_of(job), job.spec.compute.checkpoint_every_s)


def _batches(pictures: Pictures, size: int, start: int) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Pictures from a position on, with the masks of their objects where these are known."""
    if start == len(pictures.table):
        return
    if not isinstance(pictures, WorldPictures):
        yield from ((images, None) for images in pictures.batches(size, start))
        return
    renderer = pictures.renderer
    for first in range(start, len(pictures.table), size):
        parts = renderer.parts(renderer.load(pictures.table.iloc[first : first + size]))
        yield parts.picture, parts.mask
