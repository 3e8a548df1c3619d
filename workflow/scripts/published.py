"""Write the table of the numbers that a paper published."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.verdicts.job import PublishedSpec, published_table

if __name__ == "__main__":
    run(published_table, PublishedSpec)
