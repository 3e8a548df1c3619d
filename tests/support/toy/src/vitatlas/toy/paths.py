"""The input functions of this paper's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
        return self.of.weights_of(wildcards.model)
