"""The descriptor of a paper, which it hands to the shared engines: a subclass of `Paper`.

Shared rooms know `paper`, `artifact`, `model` and the keys that a descriptor declares. They never import a paper;
`vitatlas.papers` finds the descriptors. A descriptor is read when the workflow starts and by the commands that people
call, never in a job. It imports neither torch nor pandas.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vitatlas.artifacts.schema import NoOptions, Panel
from vitatlas.artifacts.spec import ArtifactSpec, PanelSpec
from vitatlas.config.models import ModelZoo
from vitatlas.config.names import DATA_SET, DEFAULT, MODEL, names_in
from vitatlas.config.read import require_known
from vitatlas.config.schema import Config, PaperSection
from vitatlas.config.strict import Strict
from vitatlas.paper.specs import Builder, Settings

PUBLISHED = "published"
"""The kind of table that holds the numbers which a paper published; every paper that has some has one."""


@dataclass(frozen=True)
class Analysis:
    """A kind of analysis table: everything that others need to know of it, said once.

    Attributes:
        kind: Its name: that of the folder below `analysis/<paper>/`.
        place: Where a table of the kind lies in that folder, without suffix: `{model}/{layer}`. Placeholders
            are the keys of panels, and what `Paper.places` says.
        rests_on: Kinds of files that invariants hold it against; which ones, `Paper.tested` says.
        invariants: Modules of the paper that say what must hold of it; none: nothing is checked.
        readings: Functions of the paper's module of readings that verdicts are made from; none: no verdict reads it.
    """

    kind: str
    place: str
    rests_on: tuple[str, ...] = ()
    invariants: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()

    @property
    def of_models(self) -> bool:
        """Whether it holds results of a model, beside which notes must stand; no images, no published numbers."""
        return "{model}" in self.place

    def path(self, paper: str, words: Mapping[str, Any]) -> str:
        """Where the table of these words lies, below the tier's folder."""
        return f"analysis/{paper}/{self.kind}/{self.place.format(**words)}.parquet"


class Paper:
    """One paper. A descriptor sets the attributes, and overrides what differs from the defaults.

    Attributes:
        name: That of its package, of its section in the configuration and of its files below `config/`.
        section: The type of its section in a tier's configuration.
        zoo_annex, model_annex: The types of what it adds to the zoo, and to an entry; None for nothing.
        panel: The type of its panels: `model` and the keys that it adds.
        artifact: The type of its artifacts' specs.
        analyses: Its kinds of analysis table.
        builders: What builds the specs of its rules.
        keys: The columns by which its numbers are told apart, beside analysis, model and layer.
        numeric: Keys whose values are numbers.
        shown: Keys that have a column of their own in the table of verdicts.
        words: How values of keys are called in statements.
        options: The types of its families' options, by family.
        figures: The package with one module per family of figures.
        facts: The package with the numbers that documents quote, and with how they show them: its modules `numbers`
            (the function of this name) and `blocks` (`blocks`, `sections`, `REMARK`, and `TEXTS`, the columns that are
            text); none: no document quotes any.
        column_types: Types of the columns of figures' values for which pandas would choose another one.
        tutorial: The artifacts with which its tutorial tells the story; none: it has no tutorial.
        scenes: Rules whose outputs are the tables that its images are drawn from: they belong into bundles.
        without_cost: Keys of its specs that change no job's time, memory or size, wherever they stand.
        moved, moved_in_zoo: Where keys of older configurations are now, by where they were.
    """

    name: str
    section: type[PaperSection] = PaperSection
    zoo_annex: type[Strict] | None = None
    model_annex: type[Strict] | None = None
    panel: type[Panel] = Panel
    artifact: type[ArtifactSpec[Any]] = ArtifactSpec[PanelSpec]
    analyses: tuple[Analysis, ...] = ()
    builders: tuple[Builder, ...] = ()
    keys: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    words: Mapping[str, str] = {}
    options: Mapping[str, type[Strict]] = {}
    figures: str = ""
    facts: str = ""
    column_types: Mapping[str, str] = {}
    tutorial: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()
    without_cost: frozenset[str] = frozenset()
    moved: Mapping[str, str] = {}
    moved_in_zoo: Mapping[str, str] = {}

    def settings(self, config: Config, zoo: ModelZoo) -> Any:
        """The view of the configuration that builders and paths of this paper get."""
        return Settings(config, zoo, self.name)

    def paths(self, settings: Any) -> Any:
        """The input functions of its rules; None for a paper without any of its own."""
        return None

    def folders(self, settings: Any) -> list[str]:
        """Folders and files of the user's own that its jobs read."""
        return []

    def check(self, config: Config, zoo: ModelZoo, origin: str) -> None:
        """Check what the types of its section cannot.

        Args:
            origin: Where the configuration comes from, for messages.

        Raises:
            UserError: A name, anywhere in the section, of a model or of anything else that is not there; a model that
                this paper cannot use.
        """
        known: dict[str, Collection[str]] = {MODEL: zoo.models, DATA_SET: config.data, **self.known(config, zoo)}
        for place, of, name in names_in(config.section(self.name), self.name):
            if of.kind in known and not (of.default and name == DEFAULT):
                require_known(name, known[of.kind], of.kind, f"{origin}: key '{place}'")
                if of.kind == MODEL:
                    self.require_usable(name, zoo)

    def known(self, config: Config, zoo: ModelZoo) -> Mapping[str, Collection[str]]:
        """The names that there are, by kind, of this paper's own kinds of things that its section names."""
        return {}

    def require_usable(self, model: str, zoo: ModelZoo) -> None:
        """Check that this paper can use a model of the zoo.

        Raises:
            UserError: It cannot.
        """

    def analysis(self, kind: str, where: str) -> Analysis:
        """The kind of table of this name; that of published numbers is every paper's.

        Raises:
            UserError: There is none; names those that there are.
        """
        if kind == PUBLISHED:
            return Analysis(PUBLISHED, "numbers")
        kinds = {analysis.kind: analysis for analysis in self.analyses}
        require_known(kind, [*kinds, PUBLISHED], "kind of analysis table", where)
        return kinds[kind]

    def places(self, panel: Panel, zoo: ModelZoo) -> dict[str, Any]:
        """The words that stand for a panel in the places of tables: its keys, and what follows from its model."""
        return panel.model_dump()

    def panel_spec(self, panel: Panel, zoo: ModelZoo, paper_model: str | None) -> PanelSpec:
        """A panel as the job that draws it gets it.

        Args:
            paper_model: The paper's model, where its published numbers are drawn.
        """
        return PanelSpec(model=panel.model, title=zoo.models[panel.model].title)

    def caption_words(self, panels: Sequence[Any], options: Mapping[str, Any]) -> dict[str, str]:
        """The words that may stand in braces in titles and captions, beside `models` and `panels`."""
        return {}

    def drawings(self, options: Mapping[str, Any]) -> int:
        """How many drawings an artifact with these options has before its panels; they take the first letters."""
        return 0

    def lacking(self, options: Mapping[str, Any]) -> Mapping[str, str]:
        """The columns that are empty in an artifact with these options, and why."""
        return {}

    def artifact_keys(self, kinds: Sequence[str], switched: Sequence[str]) -> dict[str, Any]:
        """The keys that this paper adds to the spec of an artifact that reads these kinds of table.

        Args:
            switched: The switches of the protocol that are set to the paper's own code's.
        """
        return {}

    def verdict_protocol(self, switched: Sequence[str]) -> dict[str, Any]:
        """The part of the protocol that readers of tables must know."""
        return {}

    def tested(self, tables: Sequence[tuple[Analysis, Mapping[str, Any]]], settings: Any) -> list[str]:
        """The files that invariants hold tables against.

        Args:
            tables: Each table that is checked: its kind, and the words that it lies by.
        """
        return []

    def data_of(self, kinds: Sequence[str], config: Config) -> list[str]:
        """The data sets of the section `data` that tables of these kinds are made from, in this configuration."""
        return []

    def options_of(self, family: str) -> type[Strict]:
        """The type of a family's options."""
        return self.options.get(family, NoOptions)
