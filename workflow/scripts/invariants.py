"""Check what must hold of a tier's finished tables, whatever the models have learned."""

import _project  # noqa: F401
from vitatlas.invariants.job import InvariantsJob, invariants
from vitatlas.jobs import run

if __name__ == "__main__":
    run(invariants, InvariantsJob)
