"""Write what is generated: config/README.md, config/schema, docs/artifacts.md and docs/departures.md."""

import _project
from vitatlas.artifacts.coverage import load_listing
from vitatlas.artifacts.ledger import Effects, load_ledger
from vitatlas.artifacts.ledger_page import page
from vitatlas.config.document import reference, schemas
from vitatlas.files import write_text

if __name__ == "__main__":
    config = _project.ROOT / "config"
    write_text(config / "README.md", reference())
    for name, text in schemas().items():
        write_text(config / "schema" / name, text)
    write_text(_project.ROOT / "docs/artifacts.md", load_listing(config))
    effects = Effects(_project.ROOT / "docs/evidence/departures.csv")
    write_text(_project.ROOT / "docs/departures.md", page(load_ledger(config / "departures/relations.yaml"), effects))
    print("written: config/README.md, config/schema, docs/artifacts.md, docs/departures.md")
