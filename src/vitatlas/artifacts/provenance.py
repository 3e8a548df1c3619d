"""Where a file comes from, written into the file itself and readable from it again.

A provenance is one JSON object: project, version, commit, target, the job's spec with its fingerprint, and the SHA-256
of each input. It holds no time and no machine, so that the same job writes the same bytes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

import vitatlas
from vitatlas.errors import UserError
from vitatlas.files import sha256

KEY = "vitatlas"
COMMIT = "VITATLAS_COMMIT"
# How a text format marks the line that holds the provenance.
_LINES = {".csv": ("# ", ""), ".tex": ("% ", ""), ".md": ("<!-- ", " -->")}


def provenance(target: str, spec: Mapping[str, Any], inputs: list[Path]) -> dict[str, Any]:
    """The provenance of a target that a job makes from `inputs`; the commit is that of the variable VITATLAS_COMMIT."""
    return {
        "project": "vit-atlas",
        "version": vitatlas.__version__,
        "commit": os.environ.get(COMMIT) or None,
        "target": target,
        "spec": dict(spec),
        "inputs": {str(path): sha256(path) for path in inputs},
    }


def line(record: Mapping[str, Any], suffix: str) -> str:
    """The provenance as a comment line of a text format: `.csv`, `.tex` or `.md`."""
    before, after = _LINES[suffix]
    return f"{before}{KEY}: {_json(record)}{after}\n"


def png_metadata(record: Mapping[str, Any], title: str, description: str) -> dict[str, str]:
    """Text chunks of a PNG."""
    return {
        "Title": title,
        "Description": description,
        "Software": f"vit-atlas {vitatlas.__version__}",
        KEY: _json(record),
    }


def pdf_metadata(record: Mapping[str, Any], title: str, description: str) -> dict[str, Any]:
    """Entries of a PDF's information dictionary; without a date, so that equal figures are equal files."""
    return {
        "Title": title,
        "Subject": description,
        "Creator": f"vit-atlas {vitatlas.__version__}",
        "Keywords": f"{KEY}: {_json(record)}",
        "CreationDate": None,
    }


def read_provenance(path: str | Path) -> dict[str, Any]:
    """The provenance inside a PDF, PNG, CSV, Markdown or LaTeX file.

    Raises:
        UserError: The file has none.
    """
    path = Path(path)
    try:
        text = _text(path)
        return json.loads(text[text.index(f"{KEY}: ") + len(KEY) + 2 :])
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            "no provenance inside", where=path, remedy="only files made by this workflow have one"
        ) from error


def _text(path: Path) -> str:
    if path.suffix == ".png":
        with Image.open(path) as image:
            return f"{KEY}: {image.info[KEY]}"
    if path.suffix == ".pdf":
        match = re.search(rb"/Keywords \(((?:[^\\)]|\\.)*)\)", path.read_bytes(), re.DOTALL)
        if match is None:
            raise ValueError
        return re.sub(rb"\\(.)", rb"\1", match[1], flags=re.DOTALL).decode("ascii")
    with path.open(encoding="utf-8") as handle:
        return handle.readline().rstrip("\n").removesuffix(_LINES[path.suffix][1])


def _json(record: Mapping[str, Any]) -> str:
    # ASCII, because a PDF would store other letters in an encoding of its own
    return json.dumps(record, sort_keys=True, ensure_ascii=True)
