"""The registry as rows: which figures and tables are made, which are not yet and why, and which another tier makes.

Read when the workflow starts and by commands. The jobs that make pages of the rows get them in their specs.
"""

from __future__ import annotations

from collections.abc import Iterable

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import Artifact, Registry
from vitatlas.artifacts.schema import Tier
from vitatlas.config.load import DEFAULT_TIER
from vitatlas.config.models import ModelZoo
from vitatlas.report.spec import MADE, NOT_ATTEMPTED, OTHER_TIER, PENDING, PaperRows, Row


def command(tier: str) -> str:
    """The command that makes a target of this tier, with `{target}` for its name; the default tier needs no naming."""
    return "snakemake {target}" if tier == DEFAULT_TIER else f"snakemake {{target}} --config tier={tier}"


def paper_rows(registry: Registry, zoo: ModelZoo, tier: Tier) -> PaperRows:
    """The paper with its rows; arguments as of `rows`."""
    found = rows(registry, zoo, tier)
    return PaperRows(paper=registry.paper.name, title=registry.title, reference=registry.reference, rows=found)


def rows(registry: Registry, zoo: ModelZoo, tier: Tier) -> list[Row]:
    """One row per artifact, whether made or not.

    Args:
        registry: With the tier's models in place.
    """
    return [_row(artifact, zoo, tier) for artifact in registry.artifacts.values()]


def _row(artifact: Artifact, zoo: ModelZoo, tier: Tier) -> Row:
    state, remark = _state(artifact, tier)
    return Row(
        name=artifact.name,
        title=artifact_spec(artifact, zoo, tier).title,
        section=artifact.section,
        state=state,
        remark=remark,
        reading=artifact.reading,
        caption_known=artifact.caption_known,
    )


def _state(artifact: Artifact, tier: Tier) -> tuple[str, str]:
    """Whether the tier makes it, and what is to say about that."""
    if artifact.family.pending is not None:
        return PENDING, artifact.family.pending
    if tier not in artifact.tiers:
        return OTHER_TIER, f"made in: {', '.join(artifact.tiers)}"
    if artifact.absent is not None:
        return NOT_ATTEMPTED, artifact.absent
    empty = artifact.paper.lacking(artifact.options)
    return MADE, "; ".join(f"column {column} is empty: {reason}" for column, reason in empty.items())


def listing(registries: Iterable[Registry], zoo: ModelZoo) -> str:
    """The documentation's list of all artifacts, with the papers' own models: the text of `docs/artifacts.md`."""
    lines = [
        "# Figures and tables\n",
        "<!-- Generated from config/artifacts by `make docs`; edit the registry there. -->",
    ]
    for registry in registries:
        largest: Tier = "paper" if registry.in_tier("paper") else "demo"
        found = paper_rows(registry, zoo, largest)
        lines += [f"\n## {found.title}\n", f"{found.reference}. {'. '.join(found.sentences)}.\n"]
        lines += ["| target | title | section | family | tiers | our reading |", "|---|---|---|---|---|---|"]
        for row, artifact in zip(found.rows, registry.artifacts.values(), strict=True):
            tiers = f"pending: {artifact.pending}" if artifact.pending else ", ".join(artifact.tiers)
            cells = [f"`{artifact.target}`", row.title, row.section, artifact.family_name, tiers, row.reading]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
