"""Make the page of one paper: verdicts, figures and tables with their numbers, and what all of it took."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.report.job import make_page
from vitatlas.report.spec import PageSpec

if __name__ == "__main__":
    run(make_page, PageSpec)
