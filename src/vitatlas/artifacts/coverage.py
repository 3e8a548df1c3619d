"""The page that lists every figure and table: what is made, what is not made yet and why, what another tier makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment
from pydantic import Field

from vitatlas.artifacts.registry import Artifact, Registry, artifact_spec, comparable, load_registry, outputs, resolve
from vitatlas.artifacts.schema import Tier
from vitatlas.artifacts.spec import number
from vitatlas.config.load import DEFAULT_TIER, load_zoo
from vitatlas.config.models import ModelZoo
from vitatlas.files import write_text
from vitatlas.jobs import Job, Spec

MADE, PENDING, OTHER_TIER = "made", "pending", "not in this tier"

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ heading }}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8884; }
td:first-child { white-space: nowrap; }
small { opacity: .75; }
.state { border-radius: .3rem; padding: .05rem .45rem; white-space: nowrap; border: 1px solid currentColor; }
.made .state { color: #176f2c; }
.pending .state { color: #8a5300; }
@media (prefers-color-scheme: dark) { .made .state { color: #6cd486; } .pending .state { color: #f0b35a; } }
</style>
</head>
<body>
<h1>{{ heading }}</h1>
{% for registry, rows in papers %}
<h2>{{ registry.title }}</h2>
<p>{{ registry.reference }}. <strong>{{ summary(rows) }}.</strong></p>
<div class="wide"><table>
<thead><tr><th></th><th>title</th><th>section</th><th>state</th><th>files</th></tr></thead>
<tbody>
{% for row in rows %}
<tr id="{{ row.name }}" class="{{ row.state }}">
<td>{{ row.number }}</td>
<td>{{ row.title }}{% if row.reading %}<br><small>our reading: {{ row.reading }}</small>{% endif %}</td>
<td>{{ row.section }}</td>
<td><span class="state">{{ row.state }}</span> \
{% if row.command %}<code>{{ row.command }}</code> {% endif %}{{ row.remark }}</td>
<td>{% for form, path in row.files.items() %}<a href="{{ path }}">{{ form }}</a> {% endfor %}</td>
</tr>
{% endfor %}
</tbody>
</table></div>
{% endfor %}
</body>
</html>
"""


class Coverage(Spec):
    """Input `registries` (any number) and `models` (the zoo); outputs `md` and `html`.

    Attributes:
        departures: The switches of the protocol that are set to `reference`.
    """

    tier: Tier
    stand_ins: dict[str, str]
    departures: list[str] = Field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One artifact on the page.

    Attributes:
        command: What makes it; empty unless made.
        remark: Why it is not made, or what it lacks although it is; may be empty.
        files: Path by format, relative to the tier's folder; empty unless made.
        reading: What about the entry is our reading of the paper.
    """

    name: str
    number: str
    title: str
    section: str
    state: str
    command: str
    remark: str
    files: dict[str, str]
    reading: str | None


def coverage(job: Job[Coverage]) -> None:
    """Write the page of all registries, as Markdown and as one HTML file that loads nothing else.

    Raises:
        UserError: A registry or the zoo cannot be read.
    """
    zoo = load_zoo(job.input.models)
    registries = [comparable(load_registry(path, zoo), job.spec.departures) for path in job.input.all("registries")]
    papers = [(registry, rows(registry, zoo, job.spec.tier, job.spec.stand_ins)) for registry in registries]
    heading = f"Coverage of the tier “{job.spec.tier}”"
    write_text(job.output.md, f"# {heading}\n" + "".join(_markdown(*paper) for paper in papers))
    page = Environment(autoescape=True, trim_blocks=True).from_string(PAGE)
    write_text(job.output.html, page.render(heading=heading, papers=papers, summary=summary))


def rows(registry: Registry, zoo: ModelZoo, tier: Tier, stand_ins: Mapping[str, str]) -> list[Row]:
    """One row per artifact of the registry, whether made or not."""
    return [_row(resolve(artifact, stand_ins), zoo, tier) for artifact in registry.artifacts.values()]


def _row(artifact: Artifact, zoo: ModelZoo, tier: Tier) -> Row:
    state, remark = _state(artifact, tier)
    return Row(
        name=artifact.name,
        number=number(artifact.name),
        title=artifact_spec(artifact, zoo, tier)["title"],
        section=artifact.section,
        state=state,
        command=command(artifact.name, tier) if state == MADE else "",
        remark=remark,
        files=outputs(artifact, ".") if state == MADE else {},
        reading=artifact.inferred,
    )


def command(name: str, tier: Tier) -> str:
    """What makes an artifact; the default tier needs no naming."""
    return f"snakemake {name}" if tier == DEFAULT_TIER else f"snakemake {name} --config tier={tier}"


def _state(artifact: Artifact, tier: Tier) -> tuple[str, str]:
    """Whether the tier makes it, and what is to say about that."""
    if artifact.pending is not None:
        return PENDING, artifact.pending
    if not artifact.in_tier(tier):
        return OTHER_TIER, f"made in: {', '.join(artifact.tiers)}"
    empty = artifact.options.get("pending", {})
    return MADE, "; ".join(f"column {column} is empty: {reason}" for column, reason in empty.items())


def summary(found: list[Row]) -> str:
    """How many of the artifacts are made."""
    states = [row.state for row in found]
    parts = [f"{states.count(state)} {state}" for state in (PENDING, OTHER_TIER) if state in states]
    return f"{states.count(MADE)} of {len(found)} figures and tables are made" + (
        f"; {', '.join(parts)}" if parts else ""
    )


def _markdown(registry: Registry, found: list[Row]) -> str:
    lines = [f"\n## {registry.title}\n", f"{registry.reference}. {summary(found)}.\n"]
    lines += ["| | title | section | state | files |", "|---|---|---|---|---|"]
    for row in found:
        state = " ".join(filter(None, [f"**{row.state}**", row.command and f"`{row.command}`", row.remark]))
        reading = f" *(our reading: {row.reading})*" if row.reading else ""
        files = " · ".join(f"[{form}]({path})" for form, path in row.files.items())
        lines.append(f"| {row.number} | {row.title}{reading} | {row.section} | {state} | {files} |")
    return "\n".join(lines) + "\n"


def listing(registries: list[Registry], zoo: ModelZoo) -> str:
    """The documentation's list of all artifacts, with the paper's own models: the text of `docs/artifacts.md`."""
    lines = [
        "# Figures and tables\n",
        "<!-- Generated from config/artifacts by `make docs`; edit the registry there. -->",
    ]
    for registry in registries:
        found = rows(registry, zoo, "paper", {})
        lines += [f"\n## {registry.title}\n", f"{registry.reference}. {summary(found)}.\n"]
        lines += ["| target | title | section | family | tiers |", "|---|---|---|---|---|"]
        for row, artifact in zip(found, registry.artifacts.values(), strict=True):
            tiers = f"pending: {artifact.pending}" if artifact.pending else ", ".join(artifact.tiers)
            lines.append(f"| `{row.name}` | {row.title} | {row.section} | {artifact.family} | {tiers} |")
    return "\n".join(lines) + "\n"


def load_listing(config: Path) -> str:
    """`listing` of all registries below the folder `config/artifacts`."""
    zoo = load_zoo(config / "models.yaml")
    return listing([load_registry(path, zoo) for path in sorted((config / "artifacts").glob("*.yaml"))], zoo)
