"""The digest of its own content that every file carries."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from matplotlib.figure import Figure
from records import job
from safetensors.numpy import save_file

from vitatlas.images.png import encode
from vitatlas.jobs.embedded import (
    add_record,
    add_to_notebook,
    html_element,
    line,
    pdf_metadata,
    png_metadata,
    read_provenance,
    svg_metadata,
)
from vitatlas.jobs.files import atomic, sha256, write_json, write_text
from vitatlas.jobs.parts import Parts
from vitatlas.jobs.provenance import KEY, as_json, record_of
from vitatlas.jobs.rows import Rows
from vitatlas.jobs.seal import CARRIERS, CONTENT, EDITED, INTACT, UNSEALED, WITHOUT, check
from vitatlas.jobs.tables import write_table

JOB = job({"environment": "e", "note": 'quotes " and (brackets) and \\ and é'})


def record(path):
    return record_of(JOB, f"results/demo/{path.name}")


def plain_png(path):
    with atomic(path) as part:
        part.write_bytes(encode(np.arange(48, dtype=np.uint8).reshape(4, 4, 3), png_metadata(record(path), "t", "é")))


def drawn(path):
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot([1, 2])
    metadata = {".pdf": pdf_metadata, ".png": png_metadata}[path.suffix](record(path), "title", "caption")
    with atomic(path) as part:
        figure.savefig(part, metadata=metadata)


def table(path):
    write_table(JOB, path, pd.DataFrame({"a": pd.Categorical(["x", "y"]), "b": [1.0, 2.0]}))


def parts(path):
    made = Parts(path, "key")
    made.add(pa.table({"a": [1, 2]}))
    made.add(pa.table({"a": [3]}))
    made.join(JOB)


def weights(path):
    with atomic(path) as part:
        save_file({"w": np.ones((3, 3), np.float32)}, part, {KEY: as_json(record(path))})


def rows(path):
    made = Rows(path, (3, 2), "float32", "key")
    made.add(np.arange(6, dtype=np.float32).reshape(3, 2))
    made.finish(record(path))


def array(path):
    with atomic(path) as part:
        np.save(part, np.arange(5, dtype=np.int16))
        add_record(part, record(path))


def notebook(path):
    cell = {"cell_type": "code", "source": f"provenance = {json.dumps(record(path))}", "metadata": {}, "outputs": []}
    with atomic(path) as part:
        part.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        add_to_notebook(part, record(path))


WRITERS = {
    "a.csv": lambda path: write_text(path, line(record(path), ".csv") + "a,b\n1,2\n"),
    "a.md": lambda path: write_text(path, line(record(path), ".md") + "text\n"),
    "a.tex": lambda path: write_text(path, line(record(path), ".tex") + "text\n"),
    "a.svg": lambda path: write_text(path, f"<svg>{svg_metadata(record(path))}<text>&amp;</text></svg>\n"),
    "a.html": lambda path: write_text(path, f"<!doctype html>{html_element(record(path))}<p>text"),
    "a.json": lambda path: write_json(path, record(path)),
    "plain.png": plain_png,
    "drawn.png": drawn,
    "a.pdf": drawn,
    "a.parquet": table,
    "parts.parquet": parts,
    "a.safetensors": weights,
    "rows.npy": rows,
    "a.npy": array,
    "a.ipynb": notebook,
}


def made(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](path)
    return path


def seen(path):
    """What is found of a file; one whose structure is destroyed may raise."""
    try:
        return check(path)
    except Exception:
        return EDITED


def test_every_format_is_tried():
    assert {"." + name.rpartition(".")[2] for name in WRITERS} == CARRIERS


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_carries_the_digest_of_its_content_and_still_reads(tmp_path, name):
    path = made(tmp_path, name)
    found = read_provenance(path)
    assert found[CONTENT] != UNSEALED and len(found[CONTENT]) == 64
    assert found["spec"] == JOB.raw_spec
    assert check(path) == INTACT


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_job_writes_the_same_bytes(tmp_path, name):
    first = sha256(made(tmp_path, name))
    assert sha256(made(tmp_path, name)) == first


@pytest.mark.parametrize("name", WRITERS)
def test_every_byte_counts(tmp_path, name):
    path = made(tmp_path, name)
    content = path.read_bytes()
    for place in {0, len(content) // 3, len(content) // 2, len(content) - 1, content.index(b"quotes")}:
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(bytes(changed))
        assert seen(path) != INTACT, f"byte {place} of {len(content)}"
    for other in (content[:-3], content + b"x"):
        path.write_bytes(other)
        assert seen(path) != INTACT


@pytest.mark.parametrize("name", WRITERS)
def test_a_record_that_was_edited_is_seen(tmp_path, name):
    path = made(tmp_path, name)
    content = path.read_bytes()
    assert b"results/demo/" in content or b"vit-atlas" in content
    path.write_bytes(content.replace(b"results/demo/", b"results/dema/").replace(b"vit-atlas", b"vit-atlat"))
    assert seen(path) == EDITED


def test_arrays_and_tables_are_read_as_before(tmp_path):
    assert np.load(made(tmp_path, "rows.npy"), mmap_mode="r").tolist() == [[0, 1], [2, 3], [4, 5]]
    assert np.load(made(tmp_path, "a.npy")).tolist() == [0, 1, 2, 3, 4]
    read = pd.read_parquet(made(tmp_path, "a.parquet"))
    assert read["a"].dtype == "category" and read["b"].tolist() == [1.0, 2.0]
    assert pd.read_parquet(made(tmp_path, "parts.parquet"))["a"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.md"])
def test_a_file_of_an_older_version_has_none(tmp_path, name):
    path = tmp_path / name
    path.write_text("# vitatlas: {}\n")
    assert check(path) == WITHOUT
