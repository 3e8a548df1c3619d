"""Draw what is in this bundle once more, into the folder `redrawn`, and compare it with what came with the bundle.

    python redraw.py

The programs are those in this folder; their libraries are those of the Python that runs this: see README.md.
"""

import filecmp
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REDRAWN = "redrawn"


def main() -> None:
    """Draw, compare, and end with status 0 if everything is the same."""
    recipe = json.loads((HERE / "recipe.json").read_text(encoding="utf-8"))
    made = {form: f"{REDRAWN}/{Path(name).name}" for form, name in recipe["outputs"].items()}
    command = [sys.executable, recipe["program"], "--input", "tables", *recipe["tables"]]
    for form, name in (made | recipe["besides"]).items():
        command += ["--output", form, name]
    command += ["--spec", json.dumps(recipe["spec"]), "--log", recipe["log"]]
    if subprocess.run(command, cwd=HERE, env=os.environ | recipe["variables"], check=False).returncode:
        sys.exit("It could not be drawn again. README.md says which libraries it needs.")
    same = [says_the_same(HERE / name, HERE / made[form]) for form, name in recipe["outputs"].items()]
    sys.exit(0 if all(same) else "With other versions of the libraries, pictures may differ in details.")


def says_the_same(original: Path, redrawn: Path) -> bool:
    """Whether both are the same file, or the same picture; says which."""
    same = filecmp.cmp(original, redrawn, shallow=False)
    verdict = "the same, byte for byte" if same else "other bytes"
    if not same and original.suffix == ".png":
        same = pixels(original) == pixels(redrawn)
        verdict = "the same picture, pixel by pixel" if same else "another picture"
    print(f"{redrawn.relative_to(HERE)}: {verdict}")
    return same


def pixels(path: Path) -> tuple[tuple[int, int], bytes]:
    """Size and content of a picture."""
    from PIL import Image  # comes with matplotlib

    with Image.open(path) as image:
        return image.size, image.convert("RGBA").tobytes()


if __name__ == "__main__":
    main()
