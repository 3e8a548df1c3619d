from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from downloads import NEW, OLD, Place, use
from hub_server import FIRST, SECOND, Hub, serving


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving({FIRST: {"model.safetensors": OLD}, SECOND: {"model.safetensors": NEW}}) as server:
        use(server.url, monkeypatch)
        yield server


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)
