"""The input functions of the rules for a user's own model and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitatlas.encoders.seen.own import OwnUse, pages_of
from vitatlas.features.own.page_spec import TEMPLATES
from vitatlas.features.settings import FeaturesSettings


@dataclass(frozen=True)
class OwnPaths:
    """The files of one tier.

    Raises:
        UserError: Wildcards name an entry that there is not, or a model whose weights nobody makes.
    """

    of: FeaturesSettings

    def own_indexes(self, wildcards: Any) -> list[str]:
        """The index of the data set."""
        return self.of.indexes_of([OwnUse(self.of, wildcards.own).source])

    def own_weights(self, wildcards: Any) -> list[str]:
        """The weights of the model; none for random ones."""
        return OwnUse(self.of, wildcards.own).weights

    def own_pages(self, _: Any) -> list[str]:
        """The pages of all entries whose data sets are there; of the others it says what to fetch."""
        return pages_of([OwnUse(self.of, name) for name in self.of.own.own], self.of.config.data)

    @property
    def own_templates(self) -> tuple[str, ...]:
        """The templates of a page."""
        return TEMPLATES
