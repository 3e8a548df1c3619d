"""Where the results of a run are, in words."""

import pytest

from vitatlas.project.results import where


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (["report/one.html", "report/two.html", "coverage.html"], ["one.html", "two.html", "coverage.html"]),
        (["coverage.html"], ["coverage.html"]),
        (["report/two.html", "report/three.html"], ["two.html"]),
    ],
)
def test_it_names_the_pages_that_are_there(tmp_path, made, shown):
    for name in made:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    first, *pages = where(tmp_path, ["one", "two"]).splitlines()
    assert first == "Open in a browser:"
    assert [page.split("  ")[1].rpartition("/")[2] for page in pages] == shown


def test_without_any_it_says_nothing(tmp_path):
    assert where(tmp_path / "none", ["one"]) == ""
