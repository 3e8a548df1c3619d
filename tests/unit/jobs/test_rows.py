"""Arrays that are written row by row: what a kill leaves, what another job finds, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import linux, numbers_of

from vitatlas.errors import UserError
from vitatlas.jobs.rows import Rows

SHAPE = (10, 3, 4)
VALUES = np.random.default_rng(0).standard_normal(SHAPE).astype(np.float32)


def opened(folder: Path, key: str = "ours", shape: tuple[int, ...] = SHAPE, dtype: str = "float32") -> Rows:
    return Rows(folder / "vectors.npy", shape, dtype, key)


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=10), st.integers(0, 9))
def test_rows_written_in_any_pieces_with_a_stop_in_between_are_the_array(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[int], stop: int
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    ends = [end for end in np.cumsum(pieces) if end < len(VALUES)] + [len(VALUES)]
    rows = opened(folder)
    for number, end in enumerate(ends):
        if number == stop:
            rows = opened(folder)
            assert rows.done == (ends[number - 1] if number else 0)
        rows.add(VALUES[rows.done : end])
    rows.finish({})
    np.save(folder / "whole.npy", VALUES)
    assert (folder / "vectors.npy").read_bytes().startswith((folder / "whole.npy").read_bytes())
    assert hidden(folder) == []


def test_rows_of_which_nobody_took_note_are_written_again(tmp_path: Path) -> None:
    """A kill between the array and the note: the rows count as missing."""
    rows = opened(tmp_path)
    rows.add(VALUES[:4])
    note = (tmp_path / ".vectors.npy.rows.json").read_bytes()
    rows.add(VALUES[4:8])
    (tmp_path / ".vectors.npy.rows.json").write_bytes(note)
    assert opened(tmp_path).done == 4


def test_an_output_is_not_there_before_all_rows_are(tmp_path: Path) -> None:
    rows = opened(tmp_path)
    rows.add(VALUES[:9])
    with pytest.raises(ValueError, match="9 of 10 rows are written"):
        rows.finish({})
    assert not (tmp_path / "vectors.npy").exists()


@pytest.mark.parametrize("changes", [{"key": "another"}, {"shape": (10, 3, 5)}])
def test_rows_of_another_job_are_thrown_away(
    tmp_path: Path, changes: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    opened(tmp_path).add(VALUES[:4])
    rows = opened(tmp_path, **changes)  # type: ignore[arg-type]
    assert rows.done == 0
    assert "starting anew" in capsys.readouterr().err


def test_rows_that_the_disk_lost_are_written_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A machine that goes down may keep the note and lose rows."""
    opened(tmp_path).add(VALUES[:4])
    array = np.load(tmp_path / ".vectors.npy.part.npy", mmap_mode="r+")
    array[2] = 0
    array.flush()
    assert opened(tmp_path).done == 0
    assert "not those that were written" in capsys.readouterr().err


def test_rows_that_another_job_has_overwritten_do_not_count_as_ours(tmp_path: Path) -> None:
    """The other one is killed before it wrote a row of its own."""
    opened(tmp_path).add(VALUES[:4])
    opened(tmp_path, key="another")
    assert opened(tmp_path).done == 0


@pytest.mark.parametrize(("value", "dtype"), [(7e4, "float16"), (np.nan, "float32"), (np.inf, "float16")])
def test_what_is_not_finite_as_it_is_stored_is_refused_and_not_written(
    tmp_path: Path, value: float, dtype: str
) -> None:
    rows = opened(tmp_path, dtype=dtype)
    rows.add(VALUES[:4])
    wrong = VALUES[4:7].copy()
    wrong[1, 0, 0] = value
    with pytest.raises(UserError, match=f"row 4 or one of the next 2 is not finite as {dtype}") as refused:
        rows.add(wrong)
    assert "float32" in str(refused.value.remedy)
    assert rows.done == opened(tmp_path, dtype=dtype).done == 4


def test_bytes_are_kept_as_they_are(tmp_path: Path) -> None:
    values = np.arange(256, dtype=np.uint8).reshape(64, 4)
    rows = opened(tmp_path, shape=(64, 4), dtype="uint8")
    for piece in np.split(values, 4):
        rows.add(piece)
    rows.finish({})
    found = np.load(tmp_path / "vectors.npy")
    assert found.dtype == np.uint8 and np.array_equal(found, values)


def test_float16_holds_the_nearest_numbers_at_half_the_size(tmp_path: Path) -> None:
    for dtype in ("float32", "float16"):
        rows = opened(tmp_path / dtype, dtype=dtype)
        rows.add(VALUES)
        rows.finish({})
    single, half = (np.load(tmp_path / dtype / "vectors.npy") for dtype in ("float32", "float16"))
    assert half.dtype == np.float16 and np.array_equal(single.astype(np.float16), half)
    assert 2 * half.nbytes == single.nbytes


LARGE = """
import sys
import numpy as np
from pathlib import Path
from memory import peak
from vitatlas.jobs.rows import Rows

batch = np.ones((1000, 1000), np.float32)
rows = Rows(Path(sys.argv[1]), (100_000, 1000), "float32", "ours")
rows.add(batch)
before = peak()
for _ in range(99):
    rows.add(batch)
rows.finish({})
print(rows.done, peak() - before)
"""


@linux
def test_memory_does_not_grow_with_the_array(tmp_path: Path) -> None:
    done, more = numbers_of(LARGE, str(tmp_path / "large.npy"))
    assert done == 100_000 and (tmp_path / "large.npy").stat().st_size > 400e6
    assert more < 30_000  # KiB
