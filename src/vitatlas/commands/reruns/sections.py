"""Which jobs' specs hold values of which sections of a tier's file, as noted while the specs are built."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

from vitatlas.commands.plan.dag import PlannedJob
from vitatlas.config.schema import Config
from vitatlas.project.atlas import load_atlas

HOW_ONLY = ("tier", "gpu_memory_mb", "weights")
"""Sections that say how jobs run or where they find things: specs hold them, and do not depend on them
(`vitatlas.jobs.spec.WITHOUT_EFFECT`)."""


def sections(jobs: Sequence[PlannedJob], tier: str, checkout: Path) -> dict[str, list[PlannedJob]]:
    """By section of the tier's file, those of papers as `<paper>.<section>`, the jobs whose specs hold values of it.

    Raises:
        UserError: Something in the configuration is wrong.
    """
    atlas = load_atlas(checkout, {"tier": tier})
    shared = [name for name in type(atlas.config).model_fields if name not in ("tier", *_papers(atlas.config))]
    of_papers = [f"{name}.{key}" for name in atlas.rooms for key in type(atlas.config.section(name)).model_fields]
    found: dict[str, list[PlannedJob]] = {name: [] for name in (*shared, *of_papers)}
    for job in jobs:
        reads = atlas.spec_of(job.rule, SimpleNamespace(**job.wildcards)).reads
        for name in reads & found.keys() - set(HOW_ONLY):
            found[name].append(job)
    return found


def _papers(config: Config) -> list[str]:
    """The papers that may have a section."""
    return [name for name in type(config).model_fields if name not in Config.model_fields]
