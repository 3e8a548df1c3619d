"""Provenance in each format of file (see `vitatlas.jobs.provenance`): how it is carried, and reading it back."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from PIL import Image

import vitatlas
from vitatlas.errors import UserError
from vitatlas.jobs.provenance import KEY, PROJECT, as_json
from vitatlas.jobs.seal import array_end

# How a text format marks the line that holds the provenance.
_LINES = {".csv": ("# ", ""), ".tex": ("% ", ""), ".md": ("<!-- ", " -->")}
# How a page holds it.
_ELEMENTS = {
    ".svg": (f'<metadata id="{KEY}">', "</metadata>"),
    ".html": ('<script type="application/json" id="provenance">', "</script>"),
}
# How it stands behind an array.
_ARRAY = (f"\n# {KEY}: ", "\n")
_LARGEST_HEADER = 100_000_000  # bytes; what safetensors itself allows


def line(record: Mapping[str, Any], suffix: str) -> str:
    """The provenance as a comment line of a text format: `.csv`, `.tex` or `.md`."""
    before, after = _LINES[suffix]
    return f"{before}{KEY}: {as_json(record)}{after}\n"


def svg_metadata(record: Mapping[str, Any]) -> str:
    """The provenance as an element that stands at the beginning of an SVG drawing."""
    before, after = _ELEMENTS[".svg"]
    return f"{before}{html.escape(as_json(record), quote=False)}{after}"


def html_element(record: Mapping[str, Any]) -> str:
    """The provenance as an element of an HTML page, which shows nothing of it."""
    before, after = _ELEMENTS[".html"]
    text = as_json(record).replace("<", r"\u003c")  # the end of the element must not occur inside
    return f"{before}{text}{after}"


def png_metadata(record: Mapping[str, Any], title: str, description: str) -> dict[str, str]:
    """Text chunks of a PNG."""
    return {
        "Title": title,
        "Description": description,
        "Software": f"vit-atlas {vitatlas.__version__}",
        KEY: as_json(record),
    }


def pdf_metadata(record: Mapping[str, Any], title: str, description: str) -> dict[str, Any]:
    """Entries of a PDF's information dictionary; without a date, so that equal figures are equal files."""
    return {
        "Title": title,
        "Subject": description,
        "Creator": f"vit-atlas {vitatlas.__version__}",
        "Keywords": f"{KEY}: {as_json(record)}",
        "CreationDate": None,
    }


def add_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write the provenance behind the values of an array's file (npy), where readers of arrays do not look."""
    before, after = _ARRAY
    with path.open("ab") as handle:
        handle.write(f"{before}{as_json(record)}{after}".encode())


def add_to_notebook(path: Path, record: Mapping[str, Any]) -> None:
    """Write the provenance into the metadata of a notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"][KEY] = record
    # The record comes last, behind cells that may quote another
    ordered = {"cells": notebook.pop("cells"), **notebook}
    ordered["metadata"] = ordered.pop("metadata")
    path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_provenance(path: str | Path) -> dict[str, Any]:
    """The provenance inside a file of one of the formats that carry one (`vitatlas.jobs.seal.CARRIERS`).

    Raises:
        UserError: The file has none, is of another format, or cannot be read.
    """
    path = Path(path)
    try:
        found = json.loads(_READERS[path.suffix](path))
        return dict(found)
    except FileNotFoundError as error:
        raise UserError("no such file", where=path) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        formats = ", ".join(sorted(_READERS))
        remedy = f"only files made by this workflow have one, in the formats {formats}"
        raise UserError("no provenance inside", where=path, remedy=remedy) from error


def _from_png(path: Path) -> str:
    with Image.open(path) as image:
        return image.info[KEY]


def _from_pdf(path: Path) -> str:
    match = re.search(rb"/Keywords \(((?:[^\\)]|\\.)*)\)", path.read_bytes(), re.DOTALL)
    if match is None:
        raise ValueError("no keywords")
    return re.sub(rb"\\(.)", rb"\1", match[1], flags=re.DOTALL).decode("ascii").removeprefix(f"{KEY}: ")


def _from_line(path: Path) -> str:
    before, after = _LINES[path.suffix]
    with path.open(encoding="utf-8") as handle:
        first = handle.readline().rstrip("\n")
    return first.removesuffix(after).removeprefix(f"{before}{KEY}: ")


def _from_element(path: Path) -> str:
    before, after = _ELEMENTS[path.suffix]
    text = path.read_text(encoding="utf-8")
    start = text.index(before) + len(before)
    inside = text[start : text.index(after, start)]
    return html.unescape(inside) if path.suffix == ".svg" else inside


def _from_json(path: Path) -> str:
    """A record that is a file of its own."""
    text = path.read_text(encoding="utf-8")
    if json.loads(text)["project"] != PROJECT:
        raise ValueError("of another project")
    return text


def _from_notebook(path: Path) -> str:
    return json.dumps(json.loads(path.read_text(encoding="utf-8"))["metadata"][KEY])


def _from_array(path: Path) -> str:
    before, after = _ARRAY
    with path.open("rb") as handle:
        handle.seek(array_end(handle))
        text = handle.read().decode()
    if not text.startswith(before):
        raise ValueError("nothing behind the values")
    return text.removeprefix(before).removesuffix(after)


def _from_safetensors(path: Path) -> str:
    """From the header: its length in 8 bytes, and JSON. Read by hand, because the library's reader wants torch."""
    with path.open("rb") as handle:
        length = int.from_bytes(handle.read(8), "little")
        if length > _LARGEST_HEADER:
            raise ValueError("no header")
        return json.loads(handle.read(length))["__metadata__"][KEY]


def _from_parquet(path: Path) -> bytes:
    return pq.read_metadata(path).metadata[KEY.encode()]


_READERS: dict[str, Callable[[Path], str | bytes]] = {
    ".csv": _from_line,
    ".html": _from_element,
    ".ipynb": _from_notebook,
    ".json": _from_json,
    ".md": _from_line,
    ".npy": _from_array,
    ".parquet": _from_parquet,
    ".pdf": _from_pdf,
    ".png": _from_png,
    ".safetensors": _from_safetensors,
    ".svg": _from_element,
    ".tex": _from_line,
}
