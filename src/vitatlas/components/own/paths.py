"""The input functions of the rules for a user's own model, pictures and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitatlas.components.own.page_spec import TEMPLATES
from vitatlas.components.own.use import Use
from vitatlas.components.settings import ComponentsSettings
from vitatlas.config.site import expanded
from vitatlas.encoders.seen.own import pages_of
from vitatlas.errors import UserError


@dataclass(frozen=True)
class OwnPaths:
    """The files of one tier.

    Raises:
        UserError: Wildcards name an entry that there is not, or a model whose weights nobody makes.
    """

    of: ComponentsSettings

    def own_indexes(self, wildcards: Any) -> list[str]:
        """The index of the data set."""
        return self.of.indexes_of([self._use(wildcards).source])

    def own_weights(self, wildcards: Any) -> list[str]:
        """The weights of the model; none for random ones."""
        return self._use(wildcards).weights

    def own_text_weights(self, wildcards: Any) -> list[str]:
        """The weights of the CLIP model's image encoder; none for a model whose own space has the words."""
        use = self._use(wildcards)
        return self.of.weights_of(use.text_model, use.text_run) if use.method else []

    def own_tower(self, wildcards: Any) -> list[str]:
        """The weights of the CLIP model's text tower."""
        use = self._use(wildcards)
        return self.of.tower_weights(use.text_model, use.text_run)

    def own_words(self, wildcards: Any) -> str:
        """The list of words.

        Raises:
            UserError: It is not there.
        """
        use = self._use(wildcards)
        path = expanded(use.entry.words)
        if not path.is_file():
            raise UserError(
                "there is no such list of words",
                where=f"{path} (key 'components.own.{use.name}.words')",
                remedy="write one word, or `name: phrase`, per line into it",
            )
        return str(path)

    def own_pages(self, _: Any) -> list[str]:
        """The pages of all entries whose data sets are there; of the others it says what to fetch."""
        return pages_of([Use(self.of, name) for name in self.of.own.own], self.of.config.data)

    @property
    def own_templates(self) -> tuple[str, ...]:
        """The templates of a page."""
        return TEMPLATES

    def _use(self, wildcards: Any) -> Use:
        return Use(self.of, wildcards.own)
