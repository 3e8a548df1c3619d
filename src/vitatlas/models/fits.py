"""Whether a file holds the weights that a model's entry describes: looked at before anything relies on it."""

from __future__ import annotations

from pathlib import Path

from vitatlas.config.models import Backbone, EncoderEntry
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)
from vitatlas.models.build import build_backbone
from vitatlas.models.encoder_weights import loaded_encoder
from vitatlas.models.spec import FetchWeightsSpec
from vitatlas.models.text.tower import build_text_tower, load_text_tower
from vitatlas.models.weights import load_backbone

# isort: split
import timm

USUAL_SIDE = 224  # pixels, of images where neither the entry nor timm says it


def check_fits(spec: FetchWeightsSpec, path: Path) -> None:
    """Load a file of weights as analyses will, and throw the network away.

    Of a model that encodes pictures, all that `load_encoder` checks is; of others, image and patch grid are settled by
    who uses them.

    Raises:
        UserError: As `load_encoder`, `load_text_tower` or `load_backbone`: other keys or shapes, another family or
            activation function, values that are no floating-point numbers or not finite.
    """
    if spec.text is not None:
        load_text_tower(build_text_tower(spec.text), path)
    elif spec.encoder is not None:
        loaded_encoder(EncoderEntry.model_validate({**dict(spec.model), "encoder": spec.encoder}), [path])
    else:
        load_backbone(build_backbone(spec.model, _side(spec.model), seed=0), path, spec.model)


def _side(entry: Backbone) -> int:
    config = timm.get_pretrained_cfg(entry.timm)
    return int(config.input_size[-1]) if config else USUAL_SIDE
