"""Files that appear complete or not at all."""

import os
import stat

import pytest

from vitatlas.jobs.files import atomic


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640)])
def test_a_file_may_be_read_by_whom_the_user_lets_read(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        with atomic(tmp_path / "table") as part:
            part.touch(mode=0o600)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "table").stat().st_mode) == mode


def test_what_failed_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), atomic(tmp_path / "table") as part:
        part.write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
