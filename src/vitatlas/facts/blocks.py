"""Blocks that every paper has: how much of it is made, which models stand in for its own, the run, and its verdicts."""

from __future__ import annotations

from collections.abc import Mapping

from vitatlas.artifacts.registry import Registry
from vitatlas.artifacts.stand_ins import by_stand_in
from vitatlas.config.models import ModelZoo
from vitatlas.facts.facts import Run
from vitatlas.facts.markdown import table

ORIGINS = {"hub": "published weights", "pretrain": "pretrained by the workflow", "none": "random weights"}


def made(registry: Registry) -> str:
    """How many figures and tables there are, and how many are in part a reading: half a sentence."""
    names = list(registry.artifacts)
    figures, tables, extra = (
        sum(name.startswith(f"{kind}_") for name in names) for kind in ("figure", "table", "extra")
    )
    read = sum(artifact.inferred is not None for artifact in registry.artifacts.values())
    more = f", and {extra} more that it does not have" if extra else ""
    reading = f"; {read} of these {len(names)} are in part our reading of what they show" if read else ""
    return f"all {figures} figures and {tables} tables of the paper{more}{reading}"


def stand_ins(given: Mapping[str, str], zoo: ModelZoo) -> str:
    """A table of the models that stand in for the paper's.

    Args:
        given: The tier's model by the paper's.
    """
    rows = []
    for ours, names in by_stand_in(given).items():
        entry = zoo.models[ours]
        papers = ", ".join(zoo.models[name].title for name in names)
        rows.append([entry.title, papers, ORIGINS[entry.origin]])
    return table(["model", "stands in for", "before fine-tuning"], rows, texts=3)


def run(about: Run) -> str:
    """The run that the numbers are of: two sentences."""
    state = f"commit {about.commit}" if about.commit else "a commit that the record does not know"
    return (
        f"Tier `{about.tier}` of {about.date}, {state}, on {about.machine}. "
        f"Its {about.jobs} jobs took {about.hours:.1f} hours of one core."
    )


def time(about: Run, cores: int = 2) -> str:
    """The time of the run on so many cores, without waiting: "35 minutes"."""
    return f"{60 * about.hours / cores:.0f} minutes"


def claims(about: Run) -> str:
    """The number of claims with each verdict, as a sentence."""
    parts = ", ".join(f"{count} {verdict}" for verdict, count in about.claims.items())
    return f"Of {sum(about.claims.values())} claims: {parts}."
