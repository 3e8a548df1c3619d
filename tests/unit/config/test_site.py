"""What differs from one computing centre to the next: config/site.yaml."""

from pathlib import Path

import pytest
import yaml

from vitatlas.config.load import tiers
from vitatlas.config.site import Site, expanded, load_site, require_slurm
from vitatlas.errors import UserError


def described(folder: Path, text: str) -> Site:
    (folder / "site.yaml").write_text(text)
    return load_site(folder)


def test_without_the_file_nothing_is_assumed(tmp_path: Path) -> None:
    site = load_site(tmp_path)
    assert not site.has_slurm
    assert site == Site()


def test_the_example_shows_every_key_at_its_default(root: Path) -> None:
    shown = yaml.safe_load((root / "config/site.example.yaml").read_text())
    assert shown == Site().model_dump()


def test_neither_the_example_nor_the_site_is_a_tier(tmp_path: Path) -> None:
    for name in ("demo", "models", "site", "site.example"):
        (tmp_path / f"{name}.yaml").touch()
    assert tiers(tmp_path) == ["demo"]


@pytest.mark.parametrize("account", ["null", "lab42"])
def test_a_stated_account_is_enough_for_slurm(tmp_path: Path, account: str) -> None:
    site = described(tmp_path, f"account: {account}\n")
    assert site.has_slurm
    require_slurm(site, tmp_path)


def test_slurm_wants_the_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cp config/site.example.yaml config/site.yaml"):
        require_slurm(load_site(tmp_path), tmp_path)


def test_slurm_wants_the_account(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'account' is missing") as caught:
        require_slurm(described(tmp_path, "cache: /work/cache\n"), tmp_path)
    assert "site.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("acount: lab", "did you mean 'account'"),
        ("gpu: {by: gpu}", "'gpu.by'"),
        ("partitions: {cpus: short}", "did you mean 'cpu'"),
        ("signal_s: 1", "'signal_s'"),
        ("- account", "expected keys and values"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_file(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        described(tmp_path, text + "\n")
    assert "site.yaml" in str(caught.value)


def test_modules_and_commands_go_to_the_node(tmp_path: Path) -> None:
    site = described(tmp_path, "modules: [apptainer/1.4, git]\nsetup: 'umask 027'\n")
    assert site.environment == {"VITATLAS_MODULES": "apptainer/1.4 git", "VITATLAS_SETUP": "umask 027"}


def test_folders_may_name_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMEBODY", "ada")
    assert expanded("/scratch/$SOMEBODY") == Path("/scratch/ada")
    assert expanded("~/x") == Path.home() / "x"
