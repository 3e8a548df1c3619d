"""The spec of the job that fetches published weights. Imports no torch."""

from __future__ import annotations

from vitatlas.config.models import Backbone
from vitatlas.config.strict import Strict


class FetchWeightsSpec(Strict):
    """The published weights of one model. Output: `weights` (safetensors).

    Attributes:
        name: The model's name in the zoo.
        source: A file, or a folder with one file or folder per model; None: download.
        lock: The file that says which bytes the weights must be.
    """

    name: str
    model: Backbone
    source: str | None = None
    lock: str = "config/weights.lock"
