"""Change the weights lock on purpose: pin models to what the hub (or a local source) has now."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.config.site import expanded
from vitatlas.models.relock import update_lock
from vitatlas.project.load import load_zoo

ROOT = Path(__file__).resolve().parents[2]


@frame.command
def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", metavar="MODEL", help="name in the zoo, such as dino_b16")
    parser.add_argument("--source", type=expanded, help="local file, or folder of weights; without it, the hub")
    parser.add_argument("--zoo", type=Path, default=ROOT / "config/models.yaml")
    parser.add_argument("--lock", type=Path, default=ROOT / "config/weights.lock")
    parser.add_argument("--weights", type=Path, default=ROOT / "resources/weights", help="folder of those taken before")
    arguments = parser.parse_args(argv)
    update_lock(arguments.models, load_zoo(arguments.zoo), arguments.lock, arguments.source, arguments.weights)


if __name__ == "__main__":
    main()
