"""Put the tables of one cell's seeds one below the other."""

import _project  # noqa: F401
from vitatlas.gather import Gather, gather
from vitatlas.jobs import run

if __name__ == "__main__":
    run(gather, Gather)
