"""The file that is meant where an artifact is named instead of a file."""

from __future__ import annotations

from pathlib import Path

from vitatlas.artifacts.names import Name, find_name


def file_of(given: str, tier: str, checkout: Path) -> Path:
    """The file itself; or, of an artifact's name, the CSV that the tier has of it, which carries the same record.

    Args:
        given: A path; or a name, in full or short.

    Raises:
        UserError: The tier has made no artifact of this name, or several papers have one.
    """
    path = Path(given)
    if path.suffix or len(path.parts) != 1 or path.exists():
        return path
    results = checkout / "results" / tier
    made = {
        Name(csv.parent.name, csv.stem): csv.relative_to(checkout)
        for kind in ("figures", "tables")
        for csv in sorted((results / kind).glob("*/*.csv"))
    }
    return made[find_name(given, made, f"the artifacts in {results.relative_to(checkout)}")]
