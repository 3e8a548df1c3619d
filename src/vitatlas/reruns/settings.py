"""Which jobs' specs hold values of which sections of a tier's file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MethodType, SimpleNamespace
from typing import Any, cast

from vitatlas.atlas import load_atlas
from vitatlas.config.schema import Config
from vitatlas.plan.dag import PlannedJob
from vitatlas.specs import Specs

HOW_ONLY = ("gpu_memory_mb", "weights")
"""Sections that say how jobs run or where they find things: specs hold them, and do not depend on them
(`vitatlas.jobs.WITHOUT_EFFECT`)."""


class Watched:
    """A configuration that notes which of its sections are read."""

    def __init__(self, config: Config):
        self.config = config
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in Config.model_fields:
            self.read.add(name)
            return getattr(self.config, name)
        return MethodType(getattr(Config, name), self)


def sections(jobs: Sequence[PlannedJob], tier: str, checkout: Path) -> dict[str, list[PlannedJob]]:
    """By section of the tier's file, the jobs whose specs hold values of it.

    Raises:
        UserError: Something in the configuration is wrong.
    """
    atlas = load_atlas(checkout, {"tier": tier})
    builders = _builders(checkout)
    found: dict[str, list[PlannedJob]] = {name: [] for name in Config.model_fields if name != "tier"}
    for job in jobs:
        watched = Watched(atlas.config)
        specs = Specs(cast(Config, watched), atlas.zoo, atlas.registries, atlas.root)
        getattr(specs, builders[job.rule])(SimpleNamespace(**job.wildcards))
        for name in watched.read & found.keys() - set(HOW_ONLY):
            found[name].append(job)
    return found


def _builders(checkout: Path) -> Mapping[str, str]:
    """By rule, the method of `Specs` that builds its spec."""
    found: dict[str, str] = {}
    for path in sorted((checkout / "rules").glob("*.smk")):
        for block in re.split(r"^(?=rule \w+:)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            spec = re.search(r"^        spec=specs\.(\w+),$", block, re.MULTILINE)
            if spec:
                found[re.sub(r"rule (\w+):.*", r"\1", block, flags=re.DOTALL)] = spec[1]
    return found
