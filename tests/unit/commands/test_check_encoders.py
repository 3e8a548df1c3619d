"""Published formats of the zoo's encoders, by a small one of each family; `workflow/commands/check_encoders.py` takes
all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitatlas.commands import check_encoders as module
from vitatlas.commands.check_encoders import check_encoders, published_encoders
from vitatlas.errors import UserError
from vitatlas.project.load import load_zoo

ZOO = load_zoo(Path(__file__).resolve().parents[3] / "config/models.yaml")
SMALL = (
    *("deit_ti16_distilled", "coat_lite_tiny", "coat_tiny", "convit_tiny", "pit_ti", "pit_ti_distilled", "swin_tiny"),
    *("twins_svt_small", "twins_pcpvt_small", "resnet50", "densenet121", "mobilenetv2", "clip_b32"),
)


@pytest.mark.parametrize("name", SMALL)
def test_random_weights_in_the_published_format_encode_as_in_the_library(name: str) -> None:
    (found,) = check_encoders(ZOO, [name])
    assert found.name == name
    assert found.parameters > 1e6
    assert str(found).startswith(f"{name}: ")


def test_another_normalisation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_standardised", lambda picture, entry: picture / 255)
    with pytest.raises(UserError, match="'mobilenetv2' differs"):
        list(check_encoders(ZOO, ["mobilenetv2"]))


def test_models_that_no_library_publishes_are_refused_and_not_listed() -> None:
    names = published_encoders(ZOO)
    assert len(names) > 50
    assert set(SMALL) <= set(names)
    assert "mae_b16" not in names
    for name, words in (("mae_b16", "no key `encoder`"), ("nothing", "unknown model")):
        with pytest.raises(UserError, match=words):
            list(check_encoders(ZOO, [name]))
