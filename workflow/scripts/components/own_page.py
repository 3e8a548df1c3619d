"""Show on one page which components of a user's own model carry which words."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.own.page import own_page
from vitatlas.components.own.page_spec import OwnPageSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(own_page, OwnPageSpec)
