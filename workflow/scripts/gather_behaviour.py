"""Gather the metrics of one cell over its seeds."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.training.behaviour import GatherBehaviour, gather_behaviour

if __name__ == "__main__":
    run(gather_behaviour, GatherBehaviour)
