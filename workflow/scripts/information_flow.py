"""Find which tokens carry what a model's answer rests on, layer by layer."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.relations.das.flow import FlowJob, information_flow

if __name__ == "__main__":
    run(information_flow, FlowJob)
