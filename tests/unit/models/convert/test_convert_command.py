"""The command: what it writes is an entry that the zoo takes as it stands."""

from __future__ import annotations

import shlex
from pathlib import Path

import convert_checkpoint
import pytest
import timm
import yaml
from conversions import alike, save
from sources import ROOT
from transformers_names import as_transformers, network

from vitatlas.models.encoder_weights import loaded_encoder
from vitatlas.project.load import load_zoo

SIZES = ("--arguments", "patch_size=8", "embed_dim=24", "depth=2", "num_heads=2")


def run(tmp_path: Path, *options: str) -> None:
    source = save(tmp_path / "model.safetensors", as_transformers("vit", network("vit")))
    convert_checkpoint.main([str(source), str(tmp_path / "my-vit.safetensors"), *options])


def test_the_printed_entry_is_the_zoos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "--timm", "vit_tiny_patch16_224", *SIZES)
    printed = capsys.readouterr()
    (tmp_path / "models.yaml").write_text(printed.out)
    entry = load_zoo(tmp_path / "models.yaml").encoder("my-vit")
    found = loaded_encoder(entry, [entry.file], seed=4).eval()
    found.normalise = network("vit").normalise
    assert alike(found, network("vit"))
    assert "config/models.own.yaml" in printed.err
    assert "40 tensors read, 32 made, 0 left out" in printed.err


def test_the_entry_says_no_more_than_it_must(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "--timm", "vit_tiny_patch16_224", *SIZES, "--leave-out", "classifier.")
    (entry,) = yaml.safe_load(capsys.readouterr().out)["models"].values()
    assert entry["encoder"] == {"image": 32}
    assert entry["architecture"] == {"patch_size": 8, "embed_dim": 24, "depth": 2, "num_heads": 2}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--timm", "vit_tiny_patch16_224", "--arguments", "depth"), "'depth' is no KEY=VALUE"),
        (("--timm", "vit_tiny_patch16_224"), "do not fit"),
    ],
)
def test_it_exits_with_one_message(
    tmp_path: Path, options: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, *options)
    assert stop.value.code == 1
    said = capsys.readouterr().err
    assert "error: " in said and words in said
    assert not (tmp_path / "my-vit.safetensors").exists()


def test_the_commands_of_the_page_are_understood() -> None:
    page = (ROOT / "docs/how-to/own-checkpoint.md").read_text().replace("\\\n", " ")
    start = "python workflow/commands/convert_checkpoint.py "
    commands = [line.strip().removeprefix(start) for line in page.splitlines() if line.strip().startswith(start)]
    assert len(commands) >= 4
    for command in commands:
        given = convert_checkpoint.parser().parse_args(shlex.split(command))
        assert timm.is_model(given.timm)
        assert given.output.suffix == ".safetensors"
