"""Which jobs come before a table, by the names of their benchmark files: `das/mini-objects/rmts/256/seed0`.

The rules say this to Snakemake, which a job that makes a page cannot ask; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from vitatlas.config.models import ModelZoo
from vitatlas.errors import UserError

CELL = "{model}/{task}/{setting}"
GRID = "{geometry}/{task}/{setting}"
RUNS = f"finetune/{CELL}/*"
SCENES, COUNTERFACTUALS, IMAGES = f"scenes/{GRID}", f"counterfactuals/{GRID}", "render_photoreal/{canvas}/*"
WEIGHTS = ("pretrain/{model}", "fetch_weights/{model}")
AUXILIARY = (f"finetune_auxiliary/{CELL}/*/*", RUNS)  # those without losses may be the ordinary runs

BEFORE: dict[str, tuple[str, ...]] = {
    # Tables whose names are not those of the jobs that make them; the others are found under their own
    f"analysis/das/{CELL}": (f"das_table/{CELL}",),
    "analysis/stimuli/{geometry}/sheet": ("shape_sheet/{geometry}",),
    f"analysis/stimuli/{GRID}": (f"stimulus_samples/{GRID}",),
    "analysis/photoreal/{geometry}/examples": ("photoreal_examples/{geometry}",),
    f"analysis/photoreal_behaviour/{CELL}": (f"zero_shot/{CELL}",),
    f"analysis/photoreal_attention/{CELL}": (f"zero_shot/{CELL}",),
    f"analysis/auxiliary_attention/{CELL}": (f"attention_auxiliary/{CELL}",),
    # Jobs
    f"finetune/{CELL}/seed{{seed}}": (*WEIGHTS, SCENES),
    f"finetune_auxiliary/{CELL}/{{variant}}/seed{{seed}}": (*WEIGHTS, SCENES),
    f"behaviour/{CELL}": (RUNS,),
    f"auxiliary/{CELL}": AUXILIARY,
    f"attention/{CELL}": (RUNS, SCENES),
    f"attention_auxiliary/{CELL}": (*AUXILIARY, SCENES),
    f"walkthrough/{CELL}": (RUNS, SCENES),
    f"counterfactuals/{GRID}": (SCENES,),
    f"counterfactual_examples/{GRID}": (COUNTERFACTUALS,),
    f"das/{CELL}/seed{{seed}}": (f"finetune/{CELL}/seed{{seed}}", COUNTERFACTUALS),
    f"das_table/{CELL}": (f"das/{CELL}/*",),
    f"novel/{CELL}": (f"das/{CELL}/*",),
    f"departures/{CELL}": (f"das/{CELL}/*", f"probe/{CELL}*"),  # there are probes of RMTS only
    f"information_flow/{CELL}": (RUNS, COUNTERFACTUALS),
    f"probe/{CELL}": (RUNS, SCENES),
    "render_photoreal/{canvas}/{shard}": ("photoreal_scenes/{canvas}",),
    "photoreal_examples/{geometry}": (IMAGES,),
    f"zero_shot/{CELL}": (RUNS, IMAGES),
    f"stimulus_samples/{GRID}": (SCENES,),
    # Jobs before which there are none
    "shape_sheet/{geometry}": (),
    SCENES: (),
    "pretrain/{model}": (),
    "fetch_weights/{model}": (),
    "photoreal_scenes/{canvas}": (),
    "published/{paper}": (),
}


class Lineage:
    """What comes before what, in one finished tier.

    Args:
        benchmarks: The tier's folder of benchmark files.
        zoo: Gives each model's geometry.
    """

    def __init__(self, benchmarks: Path, zoo: ModelZoo):
        self._folder, self._zoo = benchmarks, zoo

    def files(self, tables: Iterable[str]) -> set[Path]:
        """The benchmark files of all jobs before these tables, each once. All runs of a cell count, also where a
        table reads the first only.

        Args:
            tables: Relative to the tier's folder.

        Raises:
            UserError: A table or job is not in `BEFORE`.
        """
        waiting, found = [str(Path(table).with_suffix("")) for table in tables], set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._before(name))
        paths = (self._folder / f"{name}.tsv" for name in found)
        return {path for path in paths if path.is_file()}

    def _before(self, name: str) -> list[str]:
        for pattern, before in _PATTERNS.items():
            if match := pattern.fullmatch(name):
                names = [parent.format(**self._words(match.groupdict())) for parent in before]
                return [found for parent in names for found in self._existing(parent)]
        if name.startswith("analysis/"):
            return [name.removeprefix("analysis/")]
        raise UserError(f"unknown what comes before '{name}'", remedy=f"name it in `BEFORE` of {__name__}")

    def _words(self, found: dict[str, str]) -> dict[str, str]:
        """The wildcards of a name, with the geometry of its model and the canvas of that."""
        words = dict(found)
        if "model" in words:
            words["geometry"] = self._zoo.models[words["model"]].geometry
        if "geometry" in words:
            words.setdefault("canvas", str(self._zoo.geometries[words["geometry"]].canvas))
        return words

    def _existing(self, name: str) -> list[str]:
        """The names that stand for one with `*`, by the files that are there."""
        if "*" not in name:
            return [name]
        paths = sorted(self._folder.glob(f"{name}.tsv"))
        return [str(path.relative_to(self._folder).with_suffix("")) for path in paths]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", text))


_PATTERNS = {_pattern(text): before for text, before in BEFORE.items()}
