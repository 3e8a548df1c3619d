from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conversions import Convert
from transformers_names import entry

from vitatlas.models.convert.command import Converted, Request, convert
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.encoder_weights import load_encoder


@pytest.fixture
def converting(tmp_path: Path) -> Convert:
    """A function that converts a file for the network of a kind, and loads the outcome as the zoo does."""

    def function(kind: str, source: Path, **changes: Any) -> tuple[Encoder, Converted]:
        wanted = entry(kind)
        given: dict[str, Any] = {"timm": wanted.timm, "arguments": wanted.architecture, **changes}
        output = tmp_path / "folder" / "made.safetensors"
        done = convert(Request(source, output, **given), say=lambda _: None)
        encoder = build_encoder(done.entry, seed=5)
        load_encoder(encoder, output)
        encoder.normalise = build_encoder(wanted, seed=5).normalise
        encoder.eval()
        return encoder, done

    return function
