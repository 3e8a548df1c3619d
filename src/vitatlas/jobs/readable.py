"""Whether a file can be read in its format, as far as that can be told from its ending."""

from __future__ import annotations

from pathlib import Path

from vitatlas.jobs.seal import array_end

TEXTS = (".csv", ".html", ".ipynb", ".json", ".md", ".svg", ".tex", ".txt", ".yaml")


def require_readable(path: Path) -> None:
    """Read a file.

    Raises:
        Exception: It cannot be read; of many types.
    """
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        pq.ParquetFile(path).read()
    elif path.suffix == ".png":
        from PIL import Image

        with Image.open(path) as image:
            image.load()
    elif path.suffix == ".safetensors":
        from safetensors import safe_open

        with safe_open(path, framework="numpy"):
            pass
    elif path.suffix == ".npy":
        with path.open("rb") as handle:
            if array_end(handle) > path.stat().st_size:
                raise ValueError("values are missing at its end")
    elif path.suffix in TEXTS:
        path.read_text(encoding="utf-8")
