"""The spec of the job that fetches published weights. Imports no torch."""

from __future__ import annotations

from vitatlas.config.encoders import EncoderSettings, TextTower
from vitatlas.config.models import TEXT, Backbone, ModelZoo
from vitatlas.config.strict import Strict


class FetchWeightsSpec(Strict):
    """The published weights of one model. Output: `weights` (safetensors).

    Attributes:
        name: The model's name in the zoo; behind it `.text`, where it is the file with the model's text tower.
        encoder: How the model encodes pictures, if it does.
        text: The text tower that the file must hold.
        source: A file, or a folder with one file or folder per model; None: download.
        lock: The file that says which bytes the weights must be.
    """

    name: str
    model: Backbone
    encoder: EncoderSettings | None = None
    text: TextTower | None = None
    source: str | None = None
    lock: str = "config/weights.lock"


def weights_spec(zoo: ModelZoo, name: str, source: str | None = None) -> FetchWeightsSpec:
    """The spec of a model's weights, or under `<model>.text` of those of its text tower.

    Raises:
        UserError: The zoo has no such model, or the model has no text tower.
    """
    model, encoder = zoo.published(name), zoo.models[name.partition(TEXT)[0]].encoder
    if name.endswith(TEXT):
        return FetchWeightsSpec(name=name, model=model, text=encoder and encoder.text, source=source)
    return FetchWeightsSpec(name=name, model=model, encoder=encoder, source=source)
