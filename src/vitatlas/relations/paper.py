"""The descriptor of this paper: "Beyond the Doors of Perception" (Lepori et al., NeurIPS 2024)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from vitatlas.artifacts.schema import Panel as AnyPanel
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.paper.descriptor import Analysis, Paper
from vitatlas.relations.analyses import ANALYSES, COUNTERFACTUALS, PHOTOGRAPHS, PRETRAINING
from vitatlas.relations.artifacts import OPTIONS, TASK_TITLES, ArtifactSpec, Panel, PanelSpec
from vitatlas.relations.check import check_geometries, check_models
from vitatlas.relations.config.das import DAS_SPLITS
from vitatlas.relations.config.models import Geometries, RelationsModel
from vitatlas.relations.config.section import RelationsSection
from vitatlas.relations.keys import KEYS, NUMERIC, SHOWN
from vitatlas.relations.paths import Paths
from vitatlas.relations.settings import NAME, RelationsSettings
from vitatlas.relations.specs import BUILDERS
from vitatlas.relations.vocabulary import PROPERTIES, SPLITS
from vitatlas.relations.words import WORDS

_MOVED = (
    *("stand_ins", "stimuli", "pretraining", "finetuning", "auxiliary", "attention", "das", "probe", "photoreal"),
    *("protocol", "departures"),
)
_SPLITS = ("ood_shape", "ood_color", "ood_shape_color")
_OF_MODELS = (
    *("geometry", "readout", "head_bias", "pretraining_scale", "reference_preprocessing", "first_layer_for_peaks"),
)


class Relations(Paper):
    """Models that are fine-tuned on same-different tasks, and what is found in them."""

    name = NAME
    section = RelationsSection
    zoo_annex = Geometries
    model_annex = RelationsModel
    panel = Panel
    artifact = ArtifactSpec
    analyses = ANALYSES
    builders = BUILDERS
    keys = tuple(KEYS)
    numeric = tuple(NUMERIC)
    shown = tuple(SHOWN)
    words = WORDS
    options = OPTIONS
    figures = "vitatlas.relations.figures"
    facts = "vitatlas.relations.facts"
    # Whole numbers that may be missing, and a number that is a name.
    column_types = {"setting": "str"} | dict.fromkeys(["layer", "head", "query_token", "key_token"], "Int64")
    tutorial = (
        *("figure_01", "table_02", "table_03", "table_04", "table_05"),
        *("figure_02", "figure_03", "figure_04", "extra_information_flow", "figure_05"),
        *("table_01", "figure_09"),
    )
    scenes = ("scenes", "counterfactuals", "photoreal_scenes")
    without_cost = frozenset({"variant", "pretraining_scale"})
    moved = {name: f"{NAME}.{name}" for name in _MOVED} | {
        "seeds": f"{NAME}.runs",
        "auxiliary.seeds": f"{NAME}.auxiliary.runs",
        "departures.runs": f"{NAME}.departures.search_runs",
    }
    moved |= {f"stimuli.sizes.{name.replace('_', '-')}": f"{NAME}.stimuli.sizes.{name}" for name in _SPLITS}
    moved_in_zoo = {"geometries": f"{NAME}.geometries"} | {
        f"models.*.{key}": f"models.<name>.{NAME}.{key}" for key in _OF_MODELS
    }

    def settings(self, config: Config, zoo: ModelZoo) -> RelationsSettings:
        """The view of the configuration that builders and paths get."""
        return RelationsSettings(config, zoo, NAME)

    def paths(self, settings: RelationsSettings) -> Paths:
        """The input functions of the rules."""
        return Paths(settings)

    def folders(self, settings: RelationsSettings) -> list[str]:
        """The user's own meshes and textures."""
        return [folder for folder in settings.own.photoreal.folders if folder]

    def check(self, config: Config, zoo: ModelZoo, origin: str) -> None:
        """Check the models and geometries that the section and the zoo name.

        Raises:
            UserError: One is not there, or does not fit.
        """
        super().check(config, zoo, origin)
        check_geometries(zoo)
        check_models(config.section(NAME), zoo, origin)

    def require_usable(self, model: str, zoo: ModelZoo) -> None:
        """Check that the model's entry has an annex of this paper."""
        zoo.annex_of(model, NAME)

    def places(self, panel: AnyPanel, zoo: ModelZoo) -> dict[str, Any]:
        """Model, task, setting, and the geometry of the model."""
        return panel.model_dump() | {"geometry": zoo.annex_of(panel.model, NAME).geometry}

    def panel_spec(self, panel: Any, zoo: ModelZoo, paper_model: str | None) -> PanelSpec:
        """A panel with what the zoo says of its model."""
        entry, annex = zoo.models[panel.model], zoo.annex_of(panel.model, NAME)
        return PanelSpec(
            model=panel.model,
            title=entry.title,
            task=panel.task,
            setting=panel.setting,
            geometry=zoo.annex(NAME).geometries[annex.geometry],
            pretraining_scale=annex.pretraining_scale,
            pretrained=entry.origin != "none",
            first_layer_for_peaks=annex.first_layer_for_peaks,
            paper_model=paper_model,
            paper_title=zoo.models[paper_model].title if paper_model else None,
        )

    def caption_words(self, panels: Sequence[Any], options: Mapping[str, Any]) -> dict[str, str]:
        """`points`: how many models each task has, "6 models on discrimination, 5 on RMTS"."""
        counts = Counter(TASK_TITLES[panel.task] for panel in panels if panel.task)
        words = [f"{number} model{'s' * (number > 1)} on {task}" for task, number in counts.items()]
        later = [word.replace(" models", "").replace(" model", "") for word in words[1:]]
        return {"points": ", ".join(words[:1] + later)}

    def drawings(self, options: Mapping[str, Any]) -> int:
        """One, where the first panel is a drawing of the method."""
        return int(options.get("scheme", False))

    def lacking(self, options: Mapping[str, Any]) -> Mapping[str, str]:
        """The columns that cannot be filled yet."""
        pending: Mapping[str, str] = options.get("pending", {})
        return pending

    def artifact_keys(self, kinds: Sequence[str], switched: Sequence[str]) -> dict[str, Any]:
        """The split that is called seen combinations, where accuracies are shown."""
        return {"seen_split": "test"} if "seen_accuracy" in switched and "behaviour" in kinds else {}

    def verdict_protocol(self, switched: Sequence[str]) -> dict[str, Any]:
        """The split that is called seen combinations."""
        return {"seen_split": "test"} if "seen_accuracy" in switched else {}

    def tested(self, tables: Sequence[tuple[Analysis, Mapping[str, Any]]], settings: RelationsSettings) -> list[str]:
        """Scenes and counterfactual sets of the geometry, task and setting of each table, what the pretraining of its
        model showed, and photorealistic images of the geometry's size."""
        scenes: dict[str, None] = {}
        sets: dict[str, None] = {}
        shown: dict[str, None] = {}
        images: dict[str, None] = {}
        for analysis, words in tables:
            place = "{geometry}/{task}/{setting}".format(**words)
            files = (f"{settings.results}/scenes/{NAME}/{place}/{split}.parquet" for split in SPLITS)
            scenes |= dict.fromkeys(files)
            if COUNTERFACTUALS in analysis.rests_on:
                names = (f"{name}/{split}" for name in PROPERTIES for split in DAS_SPLITS)
                sets |= dict.fromkeys(
                    f"{settings.results}/counterfactuals/{NAME}/{place}/{name}.parquet" for name in names
                )
            if PRETRAINING in analysis.rests_on:
                shown |= dict.fromkeys(settings.shown_by(words["model"]))
            if PHOTOGRAPHS in analysis.rests_on:
                geometry = SimpleNamespace(geometry=words["geometry"])
                images |= dict.fromkeys(self.paths(settings).photoreal_images(geometry))
        return [*scenes, *sets, *shown, *images]


PAPER = Relations()
