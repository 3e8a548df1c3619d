"""Published weights that are kept as they were published, byte for byte, and therefore carry no provenance of ours."""

from __future__ import annotations

from pathlib import Path

from vitatlas.jobs.files import sha256
from vitatlas.models.lock import read_lock


def published_weights(path: Path, checkout: Path) -> str:
    """The answer of `make identify` about weights that are pinned in `config/weights.lock`; empty about other files.

    Raises:
        UserError: The lock cannot be read.
    """
    if path.suffix != ".safetensors" or not path.is_file():
        return ""
    digest = sha256(path)
    for model, pin in read_lock(checkout / "config/weights.lock").items():
        if pin.sha256 == digest:
            target = f"resources/weights/{model}.safetensors"
            return (
                f"{path}\n  the published weights of model '{model}', byte for byte\n"
                f"  {pin.hub}, {pin.file}, revision {pin.revision or 'unknown'}\n  SHA-256 {digest}\n\n"
                f"To fetch them again:\n\n  .venv/bin/snakemake --cores 1 --force {target}"
            )
    return ""
