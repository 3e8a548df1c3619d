"""The job that makes a head for an encoder without one.

- `texts`: a class's logit is the cosine of z and the class's texts, times the factor of the model's training
  (zero-shot, Radford et al. 2021, section 3.1).
- `probe`: ridge regression from z, with the penalty that is best on other pictures.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.components.classify.headed import classes_of
from vitatlas.components.classify.spec import ClassifierSpec
from vitatlas.components.store.read import Contributions, load_contributions
from vitatlas.components.texts.towers import tower_of
from vitatlas.device import Device
from vitatlas.encoders.quality.probe import fit_probe
from vitatlas.encoders.seen.encoder import about_encoder
from vitatlas.images.world.prompts import prompts
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.models.text.prompts import IMAGENET_NAMES, IMAGENET_TEMPLATES
from vitatlas.models.text.zero_shot import embedded, zero_shot_head
from vitatlas.models.weights import save_safetensors


@torch.no_grad()
def classifier(job: Job[ClassifierSpec]) -> None:
    """Write the head: weight [classes, d] and bias [classes].

    Raises:
        UserError: Weights that do not fit; nothing is known of the classes of the pictures that a probe is fitted on.
    """
    spec = job.spec
    found = _of_texts(job) if spec.kind == "texts" else _probe(job)
    about = about_encoder(spec.encoder) | {"kind": spec.kind, "classes": spec.classes}
    save_safetensors(job.output.head, found, weights_metadata(job, job.output.head, about))


def _of_texts(job: Job[ClassifierSpec]) -> dict[str, Tensor]:
    """Of the classes of the picture world with a miniature's texts, of ImageNet's with a published model's."""
    spec = job.spec
    device = Device(spec.compute)
    tower = tower_of(spec.encoder, spec.small, job.input.weights).to(device.torch)
    if spec.small is not None:
        known = prompts(spec.attribute)
        vectors = embedded(tower, [known[name] for name in spec.classes])
    else:
        vectors = zero_shot_head(tower, IMAGENET_NAMES, IMAGENET_TEMPLATES)
    return {"weight": (tower.logit_scale.exp() * vectors).cpu(), "bias": torch.zeros(len(vectors))}


def _probe(job: Job[ClassifierSpec]) -> dict[str, Tensor]:
    spec, of = job.spec, load_contributions(*job.input.all("contributions"))
    fitted, chosen = (_seen(of.part(name), spec) for name in (spec.fitted, spec.chosen))
    scenes = spec.attribute in of.pictures
    count = len(spec.classes) if scenes else 1 + int(torch.cat([fitted[1], chosen[1]]).max())
    probe = fit_probe(*fitted, chosen, count)
    weight = (probe.weights[:-1] / probe.deviation[:, None]).T
    return {"weight": weight.float(), "bias": (probe.weights[-1] - weight @ probe.mean).float()}


def _seen(part: Contributions, spec: ClassifierSpec) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(part.z()), classes_of(part.pictures, spec.attribute, spec.classes, "pictures")
