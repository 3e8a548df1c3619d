"""The files of figures and tables, by name."""

from __future__ import annotations

from vitatlas.artifacts.schema import Kind

FORMATS: dict[Kind, tuple[str, ...]] = {"figure": ("pdf", "png", "csv"), "table": ("csv", "md", "tex")}


def kind_of(artifact: str) -> Kind:
    """Whether an artifact is a figure or a table, by its name."""
    return "table" if artifact.startswith("table_") else "figure"


def artifact_files(paper: str, artifact: str, results: str) -> dict[str, str]:
    """The files of an artifact by format: pdf, png, csv of a figure; csv, md, tex of a table.

    Args:
        artifact: Its name within the paper: `figure_02`, `table_03`, `extra_…`.
        results: The folder of the tier, `results/<tier>`.
    """
    kind = kind_of(artifact)
    return {form: f"{results}/{kind}s/{paper}/{artifact}.{form}" for form in FORMATS[kind]}
