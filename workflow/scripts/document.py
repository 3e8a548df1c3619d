"""Write what is generated from the schema: config/README.md and the JSON schemas beside it."""

from pathlib import Path

import _project
from vitatlas.config.document import reference, schemas
from vitatlas.files import write_text

if __name__ == "__main__":
    folder = _project.ROOT / "config"
    write_text(folder / "README.md", reference())
    for name, text in schemas().items():
        write_text(folder / "schema" / name, text)
    print(f"written: {Path('config/README.md')}, {Path('config/schema')}")
