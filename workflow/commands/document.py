"""Write every document that is generated, and the blocks of those that are filled, from what the repository holds."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.document import documents
from vitatlas.jobs.files import write_text

ROOT = Path(__file__).resolve().parents[2]


@frame.command
def main() -> None:
    for name, text in documents(ROOT).items():
        write_text(ROOT / name, text)
        print(f"written: {name}")


if __name__ == "__main__":
    main()
