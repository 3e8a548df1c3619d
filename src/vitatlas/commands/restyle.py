"""Drawing figures again in another style, from their CSVs alone.

A figure's CSV holds the values drawn, and in its first line what to draw of them. Nothing is computed: no analysis
table is read, and no notebook executed.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vitatlas.artifacts.fit import fit, without_note
from vitatlas.artifacts.latex import figure_caption
from vitatlas.artifacts.names import Name, find_name
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.artifacts.style import STYLES, use
from vitatlas.artifacts.write import read_values, write_figure
from vitatlas.config.read import require_known
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import line, read_provenance
from vitatlas.jobs.files import sha256, write_text
from vitatlas.jobs.fingerprint import without_fingerprint
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.seal import CONTENT, UNSEALED
from vitatlas.paper.descriptor import Paper
from vitatlas.papers import papers

FORMATS = ("pdf", "png", "tex")
FOLDER = "restyled"


@dataclass(frozen=True)
class Look:
    """How figures are drawn.

    Attributes:
        style: A name in `STYLES`.
        width: The most that they may take, in inches, with letters of 7 points or more; None: as wide as they are.
        note: Whether the tier's note stands in the picture; if not, it stands in the caption alone.

    Raises:
        UserError: A width that is none.
    """

    style: str
    width: float | None = None
    note: bool = True

    def __post_init__(self) -> None:
        if self.width is not None and not self.width > 0:
            raise UserError(f"{self.width:g} inches are no width", where="the command line", remedy="5.5, for a column")

    @property
    def folder(self) -> str:
        """A name for the folder of its figures."""
        parts = [self.style, f"{self.width:g}in" if self.width else "", "" if self.note else "no-note"]
        return "-".join(filter(None, parts))

    @property
    def record(self) -> dict[str, Any]:
        """The record in its files: the style, and what differs from how the workflow draws."""
        width = {"width": self.width} if self.width else {}
        return {"style": self.style, **width, **({} if self.note else {"note": "caption"})}


@dataclass(frozen=True)
class Source:
    """A figure that was made: its CSV, what that says of its origin, and what is drawn of its values."""

    csv: Path
    record: Mapping[str, Any]
    paper: Paper
    spec: ArtifactSpec[Any]


def restyle(
    results: Path,
    look: Look,
    formats: Sequence[str] = FORMATS,
    targets: Sequence[str] = (),
    processes: int = 1,
    commit: str | None = None,
) -> list[Path]:
    """Draw figures in a style, into `<results>/restyled/<look>/<paper>/`, with their origin and the look inside.

    Args:
        results: The tier's folder.
        formats: Some of `FORMATS`; `tex` is the caption.
        targets: Names of figures (`relations_figure_03`, or `figure_03`); all that there are if empty.
        processes: How many draw at once.
        commit: Of the programs that draw, for the files to carry; that which made the figures stays in them too.

    Returns:
        The files written.

    Raises:
        UserError: An unknown style or format; no such figure was made yet; or a CSV that cannot be drawn, or not as
            narrow. Unless it is values or width that do not fit, nothing is written then.
    """
    require_known(look.style, STYLES, "style", "the command line")
    for form in formats:
        require_known(form, FORMATS, "format", "the command line")
    sources = [read_source(csv) for csv in find(results / "figures", targets)]
    about = {**look.record, "drawn_by": commit}
    folder = results / FOLDER / look.folder
    outputs = [
        {form: folder / source.spec.paper / f"{source.csv.stem}.{form}" for form in formats} for source in sources
    ]
    written: list[Path] = []
    with (
        Progress(len(sources), f"restyle, {look.folder}", "figures") as progress,
        ProcessPoolExecutor(processes, initializer=use, initargs=(look.style,)) as pool,
    ):
        done = pool.map(redraw, sources, repeat(look), repeat(about), outputs)
        for _, output in zip(done, outputs, strict=True):
            written += output.values()
            progress.step(1)
    return written


def find(folder: Path, targets: Sequence[str]) -> list[Path]:
    """The CSVs of the figures of these names below `<results>/figures`; of all if there are no names.

    Raises:
        UserError: There is none, or none of one of the names, or a short name is that of several papers' figures.
    """
    found = {Name(csv.parent.name, csv.stem): csv for csv in sorted(folder.glob("*/*.csv"))}
    if not found:
        raise UserError("there is no figure to draw again", where=folder, remedy="make figures first: make demo")
    asked = [find_name(name, found, f"the figures in {folder}") for name in targets]
    return [csv for name, csv in found.items() if not asked or name in asked]


def read_source(csv: Path) -> Source:
    """The source of a drawing, from the first line of a figure's CSV.

    Raises:
        UserError: It has no provenance, its paper or family is not there any more, or its description is another
            version's.
    """
    record = read_provenance(csv)
    given = without_fingerprint(record.get("spec", {}))
    paper, family = papers().get(str(given.get("paper"))), str(given.get("family"))
    if paper is None or importlib.util.find_spec(f"{paper.figures}.{family}") is None:
        raise UserError(f"no program draws figures of family '{family}' any more", where=csv, remedy=_again(csv))
    try:
        return Source(csv, record, paper, paper.artifact.model_validate(given))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise UserError(
            f"another version described this figure: key '{key}': {first['msg']}", where=csv, remedy=_again(csv)
        ) from error


def redraw(source: Source, look: Look, about: Mapping[str, Any], output: Mapping[str, Path]) -> None:
    """Draw one figure in the style in use; `about` goes into its provenance, and `output` names files by format.

    Raises:
        UserError: The CSV lacks values that the family draws today, or the figure cannot be as narrow.
    """
    family = importlib.import_module(f"{source.paper.figures}.{source.spec.family}")
    values = read_values(source.csv, source.paper.column_types)
    try:
        figure = family.draw(values, source.spec)
    except KeyError as error:
        raise UserError(f"the CSV has no {error}", where=source.csv, remedy=_again(source.csv)) from error
    if not look.note:
        without_note(figure)
    if look.width is not None:
        fit(figure, look.width)
    drawn_from = {"drawn_from": {str(source.csv): sha256(source.csv)}}
    record = {**source.record, **about, **drawn_from, CONTENT: UNSEALED}
    if "tex" in output:
        write_text(output["tex"], line(record, ".tex") + figure_caption(values, source.spec))
    files = {form: str(path) for form, path in output.items() if form != "tex"}
    photographs = getattr(family, "PHOTOGRAPHS", False)
    crowded = getattr(family, "CROWDED", False)
    write_figure(figure, values, source.spec, files, record, photographs=photographs, crowded=crowded)


def _again(csv: Path) -> str:
    return f"make the figure again: snakemake --force {csv}"
