"""Artifacts named instead of files."""

from pathlib import Path

import pytest

from vitatlas.commands.identify.named import file_of
from vitatlas.errors import UserError


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("figures/one/figure_02", "figures/other/figure_02", "tables/one/table_01"):
        file = tmp_path / f"results/demo/{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path


def test_a_path_stays_a_path(checkout):
    for path in ("results/demo/figures/one/figure_02.pdf", "figure.png", "folder/figure_02"):
        assert file_of(path, "demo", checkout) == Path(path)


def test_a_name_is_the_csv_of_its_artifact(checkout):
    assert file_of("other_figure_02", "demo", checkout) == Path("results/demo/figures/other/figure_02.csv")
    assert file_of("table_01", "demo", checkout) == Path("results/demo/tables/one/table_01.csv")


def test_a_name_of_several_papers_or_of_none_is_refused(checkout):
    with pytest.raises(UserError, match="several papers") as several:
        file_of("figure_02", "demo", checkout)
    assert "one_figure_02, other_figure_02" in str(several.value)
    with pytest.raises(UserError, match="unknown artifact 'one_figure_09'"):
        file_of("one_figure_09", "demo", checkout)
    with pytest.raises(UserError, match="unknown artifact"):
        file_of("table_01", "smoke", checkout)
