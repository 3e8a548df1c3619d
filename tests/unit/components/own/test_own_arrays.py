"""Hidden arrays: filled, continued, removed."""

import os
import signal

import numpy as np
import pandas as pd
import pytest
import torch

from vitatlas.components.own.arrays import HiddenRows, fill
from vitatlas.jobs.stopping import STOPPED

CPU = torch.device("cpu")


class Numbers:
    """Seven pictures, each of one number."""

    table = pd.DataFrame({"picture": range(7)})

    def batches(self, size, start=0):
        for first in range(start, 7, size):
            yield torch.arange(first, min(first + size, 7))[:, None].float()


def test_it_holds_the_rows_of_all_pictures_and_leaves_nothing(tmp_path):
    rows = HiddenRows(tmp_path / "x.parquet", "z", (7, 1), "key")
    fill(rows, Numbers(), lambda images: 2 * images, 3, "numbers", CPU)
    assert rows.array.tolist() == [[2.0 * number] for number in range(7)]
    assert all(path.name.startswith(".") for path in tmp_path.iterdir())
    rows.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_job_goes_on_where_it_was_and_another_starts_anew(tmp_path):
    def stopping(images):
        if images[0, 0] == 3:
            os.kill(os.getpid(), signal.SIGUSR1)
        return images

    with pytest.raises(SystemExit) as left:
        fill(HiddenRows(tmp_path / "x.parquet", "z", (7, 1), "key"), Numbers(), stopping, 3, "numbers", CPU)
    assert left.value.code == STOPPED
    seen = []
    rows = HiddenRows(tmp_path / "x.parquet", "z", (7, 1), "key")
    fill(rows, Numbers(), lambda images: seen.append(images) or images, 3, "numbers", CPU)
    assert [batch.flatten().tolist() for batch in seen] == [[6.0]]
    assert np.array_equal(rows.array[:, 0], np.arange(7))
    assert HiddenRows(tmp_path / "x.parquet", "z", (7, 1), "other").done == 0


def test_what_is_full_is_not_encoded_again(tmp_path):
    rows = HiddenRows(tmp_path / "x.parquet", "z", (7, 1), "key")
    fill(rows, Numbers(), lambda images: images, 7, "numbers", CPU)
    fill(HiddenRows(tmp_path / "x.parquet", "z", (7, 1), "key"), Numbers(), pytest.fail, 7, "numbers", CPU)
