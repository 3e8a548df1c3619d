"""Files in which a key stands twice."""

from pathlib import Path

import pytest
import yaml

from vitatlas.config.read import read_yaml
from vitatlas.config.unique import TwiceError, parse
from vitatlas.errors import UserError

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("text", "key", "lines"),
    [
        ("models: {a: 1}\nother: 1\nmodels: {b: 1}", "models", (1, 3)),
        ("a:\n  seed: 1\n  'seed': 2", "seed", (2, 3)),
        ("a: [{x: 1, y: 2, x: 3}]", "x", (1, 1)),
        ("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n  y: 3", "y", (4, 5)),
        ("32: a\n32: b", "32", (1, 2)),
    ],
)
def test_it_is_refused_with_both_lines(tmp_path, text, key, lines):
    (tmp_path / "file.yaml").write_text(text)
    with pytest.raises(UserError) as refused:
        read_yaml(tmp_path / "file.yaml")
    assert refused.value.problem == f"the key '{key}' is there twice, in lines {lines[0]} and {lines[1]}"
    assert refused.value.where == tmp_path / "file.yaml" and refused.value.remedy
    with pytest.raises(TwiceError):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a {x: 1, y: 2}\nb: &b {<<: *a, x: 3}\nc: {<<: *b, x: 4}\nd: {<<: *b, y: 5}",
        "a: {x: 1}\nb: {x: 1}",
        "a: &a [1]\nb: *a\nc: *a",
        "1: a\n'1': b",
    ],
)
def test_what_is_merged_in_may_be_replaced(text):
    assert parse(text) == yaml.safe_load(text)


def test_the_projects_own_files_are_read_as_ever():
    for path in (ROOT / "config").rglob("*.yaml"):
        assert parse(path.read_text()) == yaml.safe_load(path.read_text())


def test_bytes_that_are_no_text_are_named(tmp_path):
    (tmp_path / "file.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(UserError, match="no text in UTF-8"):
        read_yaml(tmp_path / "file.yaml")
