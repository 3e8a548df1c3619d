"""The job of figure 2: top-1 with more and more layers at their means (Balasubramanian et al., section 5).

All blocks are taken apart, the heads of a layer together. Classified are the sums with init at its mean, then with the
last layer too, then with the one before; and the same from the first layer on.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.ablation.head import logits_of
from vitatlas.components.ablation.order import Order, order_from
from vitatlas.components.ablation.passes import means_of, right_at_steps
from vitatlas.components.ablation.spec import AblationSpec
from vitatlas.components.ablation.starts import STARTS
from vitatlas.components.classify.headed import classes_of, with_head
from vitatlas.components.decompose import Decomposer, require_exact
from vitatlas.components.score.labelled import chance
from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import parts_of
from vitatlas.errors import UserError
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder


@torch.no_grad()
def layer_ablation(job: Job[AblationSpec]) -> None:
    """Write one row per order and step: model, run, start, step, layers, name, ends, value, n, chance.

    `layers` is how many layers are at their means; at step 0 nothing is, at step 1 only init. `value` is top-1,
    `chance` the share of the commonest class.

    Raises:
        UserError: An encoder that cannot be decomposed, or whose head does not read z; weights or pictures that cannot
            be read; classes that the head does not have.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = with_head(encoder_of(job, spec.encoder, device), job.input.all("head"))
    of = Decomposer(encoder, policy=spec.policy, together=True, layernorm=spec.layernorm)
    require_exact(of)
    (pictures,) = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, job.input.all("indexes")).values()
    classes = classes_of(pictures.table, spec.attribute, spec.classes, "ablation.pictures")
    _require_classes(encoder, classes)
    orders = [order_from(start, of.components) for start in STARTS]

    def batches() -> Iterator[Tensor]:
        return (images.to(device.torch) for images in pictures.batches(spec.pictures.batch))

    means = means_of(of, batches())
    right = right_at_steps(of, batches(), classes.to(device.torch), means, orders)
    about = about_encoder(spec.encoder)
    tables = [_rows(order, counts.cpu() / len(classes)) for order, counts in zip(orders, right, strict=True)]
    table = pd.concat(tables, ignore_index=True).assign(n=len(classes), chance=chance(classes), **about)
    write_table(job, job.output.table, table, **about)


def _rows(order: Order, values: Tensor) -> pd.DataFrame:
    """One row per step; the first is of representations as they are."""
    count = len(order.components)
    return pd.DataFrame(
        {
            "start": order.start,
            "step": range(count + 1),
            "layers": [0, *range(count)],
            "name": ["", *order.names],
            "ends": [False, *order.ends],
            "value": values.tolist(),
        }
    )


def _require_classes(encoder: Encoder, classes: Tensor) -> None:
    """Refuse pictures of classes that the head does not have.

    Raises:
        UserError: There is one; or a picture without a class.
    """
    outputs = logits_of(encoder, next(encoder.parameters()).new_zeros(1, encoder.width)).shape[1]
    low, high = int(classes.min()), int(classes.max())
    if low < 0 or high >= outputs:
        raise UserError(
            f"a picture is of class {low if low < 0 else high}, and the head has classes 0 to {outputs - 1}",
            where="key `ablation.pictures`",
            remedy="take pictures of the classes that the head was made for",
        )
