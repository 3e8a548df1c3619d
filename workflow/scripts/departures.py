"""Measure what each departure of the reference code changes in the perceptual stage of one cell's models."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.relations.departures.job import departures
from vitatlas.relations.departures.run import DeparturesJob

if __name__ == "__main__":
    run(departures, DeparturesJob)
