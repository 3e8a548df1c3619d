"""Take what documents show of the demo from a run that is finished here: numbers, pictures, the executed tutorial."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.publish import publish
from vitatlas.config.load import DEFAULT_TIER
from vitatlas.errors import UserError
from vitatlas.papers import papers

ROOT = Path(__file__).resolve().parents[2]


@frame.command
def main() -> None:
    for paper in papers().values():
        try:
            for path in publish(ROOT, DEFAULT_TIER, paper):
                print(f"taken from results/{DEFAULT_TIER}: {path.relative_to(ROOT)}")
        except UserError as error:
            # Documents can be written all the same, from what was published before.
            print(f"nothing published anew of {paper.name}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
