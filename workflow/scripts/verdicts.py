"""Judge a tier's results against what a paper published: table, page and badge."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.verdicts.job import verdicts
from vitatlas.verdicts.spec import VerdictSpec

if __name__ == "__main__":
    run(verdicts, VerdictSpec)
