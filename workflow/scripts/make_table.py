"""Write one table as CSV, Markdown and LaTeX."""

import _project  # noqa: F401
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.artifacts.tables.make import make_table
from vitatlas.jobs import run

if __name__ == "__main__":
    run(make_table, ArtifactSpec)
