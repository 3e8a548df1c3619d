"""Follow one image through a model: where a few heads look in it."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.relations.walkthrough import Walkthrough, walkthrough

if __name__ == "__main__":
    run(walkthrough, Walkthrough)
