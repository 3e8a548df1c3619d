"""The input functions of this paper's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitatlas.config.read import require_known
from vitatlas.paper.specs import Settings


@dataclass(frozen=True)
class Paths:
    """The files of one tier."""

    of: Settings

    def weights_of(self, wildcards: Any) -> list[str]:
        """The file of the pretrained weights of the model named by the wildcard; none for random weights.

        Raises:
            UserError: The zoo has no such model.
        """
        name = wildcards.model
        require_known(name, self.of.zoo.models, "model", "the requested target")
        folders = {"hub": "resources", "pretrain": self.of.results}
        folder = folders.get(self.of.zoo.models[name].origin)
        return [f"{folder}/weights/{name}.safetensors"] if folder else []
