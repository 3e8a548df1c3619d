"""Texts and tables that other jobs wrote, and files that do not hold what they should."""

import pytest

from vitatlas.errors import UserError
from vitatlas.report.page import number
from vitatlas.report.texts import read_grid, read_rows


@pytest.mark.parametrize(
    ("given", "shown"), [("0.123456", "0.123"), ("12", "12"), ("", "–"), ("a > b", "a > b"), ("-3.117", "-3.12")]
)
def test_numbers_have_three_digits(given, shown):
    assert number(given) == shown


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("# vitatlas: {}\na,b\n1,2\n")
    assert read_rows(path, ["b"]) == [{"a": "1", "b": "2"}]
    with pytest.raises(UserError, match="no column c"):
        read_rows(path, ["a", "c"])


def test_a_file_without_a_table_is_named(tmp_path):
    path = tmp_path / "t.md"
    path.write_text("only words\n")
    with pytest.raises(UserError, match="no table"):
        read_grid(path)
