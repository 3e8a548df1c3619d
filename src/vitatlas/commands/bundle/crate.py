"""The description of a bundle for programs: `ro-crate-metadata.json`, as RO-Crate 1.1 specifies it.

Entities in one flat list, linked by `@id`: the descriptor, the root, every file, and what the files come from. Two
actions say how: the run of the workflow made the analysis tables from the tables of images, and the
drawing made the figure of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from vitatlas.commands.bundle.contents import Contents
from vitatlas.jobs.files import sha256

METADATA = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
# The context of 1.1 is older than this property of schema.org
CONTEXT = [f"{SPECIFICATION}/context", {"sha256": "https://schema.org/sha256"}]
SOFTWARE = "#vit-atlas"
FORMATS = {
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".tex": "application/x-tex",
    ".yaml": "application/yaml",
}
PROGRAMS = (".py", ".ipynb")
Entity = dict[str, Any]


def crate(contents: Contents, folder: Path) -> dict[str, Any]:
    """The whole document.

    Args:
        contents: What the bundle holds.
        folder: The bundle; all files that are in it are described.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != METADATA)
    about = _descriptions(contents)
    files = [_file(path, str(path.relative_to(folder)), about) for path in paths]
    citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    drawn = datetime.datetime.fromtimestamp((folder / contents.outputs["csv"]).stat().st_mtime, datetime.UTC)
    authors, license, actions = _authors(citation), _license(citation), _actions(contents, drawn)
    root = _root(contents) | {
        "datePublished": drawn.date().isoformat(),
        "license": {"@id": license["@id"]},
        "author": _references(authors),
        "hasPart": _references(files),
        "mentions": _references(actions),
    }
    software = _software(contents, citation) | {"author": _references(authors)}
    graph = [_descriptor(), root, *files, *authors, license, software, *actions]
    return {"@context": CONTEXT, "@graph": graph}


def _descriptor() -> Entity:
    conforms = {"conformsTo": {"@id": SPECIFICATION}, "about": {"@id": "./"}}
    return {"@id": METADATA, "@type": "CreativeWork", **conforms}


def _root(contents: Contents) -> Entity:
    spec = contents.record["spec"]
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{contents.artifact.name} of {contents.artifact.paper.name}: {spec['title']}",
        "description": spec["caption"],
    }


def _file(path: Path, name: str, about: Mapping[str, str]) -> Entity:
    program = path.suffix in PROGRAMS
    return {
        "@id": quote(name),
        "@type": ["File", "SoftwareSourceCode"] if program else "File",
        "name": name,
        "description": about.get(name, "about this bundle"),
        "encodingFormat": FORMATS.get(path.suffix, "text/plain"),
        "contentSize": str(path.stat().st_size),
        "sha256": sha256(path),
    }


def _descriptions(contents: Contents) -> dict[str, str]:
    kind = contents.artifact.kind
    groups: list[tuple[Iterable[str], str]] = [
        (contents.outputs.values(), f"the {kind}, with its provenance inside"),
        (contents.tables, f"analysis table that the {kind} is drawn from"),
        (contents.scenes, "table of images that models behind the analysis were trained or measured on"),
        (contents.config, "settings of the run"),
        (contents.programs, f"program that draws the {kind}"),
        (contents.modules, "module that the programs need"),
        (contents.environment, "versions of the libraries, and how to install them"),
        (contents.papers, "licence and citation of the project"),
        (["redraw.py"], f"draws the {kind} once more, and compares"),
        (["recipe.json"], "what the program that draws is handed"),
    ]
    return {name: text for names, text in groups for name in names}


def _authors(citation: Mapping[str, Any]) -> list[Entity]:
    found: list[Entity] = []
    for number, author in enumerate(citation["authors"], start=1):
        if "family-names" in author:
            names = " ".join(filter(None, [author.get("given-names"), author["family-names"]]))
            found.append({"@id": author.get("orcid", f"#author-{number}"), "@type": "Person", "name": names})
        else:
            found.append({"@id": f"#author-{number}", "@type": "Organization", "name": author["name"]})
    return found


def _license(citation: Mapping[str, Any]) -> Entity:
    name = citation["license"]
    return {"@id": f"https://spdx.org/licenses/{name}", "@type": "CreativeWork", "name": name}


def _software(contents: Contents, citation: Mapping[str, Any]) -> Entity:
    record = contents.record
    return {
        "@id": SOFTWARE,
        "@type": "SoftwareApplication",
        "name": citation["title"],
        "description": " ".join(citation["abstract"].split()),
        "softwareVersion": f"{record['version']}, commit {record['commit'] or 'unknown'}",
    }


def _actions(contents: Contents, drawn: datetime.datetime) -> list[Entity]:
    """How the tables were made, and how the figure was."""
    kind = contents.artifact.kind
    drawing = {
        "@id": "#drawing",
        "@type": "CreateAction",
        "name": f"drawing the {kind}",
        "endTime": drawn.isoformat(timespec="seconds"),
        "instrument": [{"@id": SOFTWARE}, *_links(contents.programs)],
        "object": _links(contents.tables),
        "result": _links(contents.outputs.values()),
    }
    run = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "training and measuring the models",
        "instrument": {"@id": SOFTWARE},
        "object": _links([*contents.config, *contents.scenes]),
        "result": _links(contents.tables),
    }
    return [run, drawing]


def _links(files: Iterable[str]) -> list[dict[str, str]]:
    return [{"@id": quote(name)} for name in files]


def _references(entities: Iterable[Entity]) -> list[dict[str, str]]:
    return [{"@id": entity["@id"]} for entity in entities]
