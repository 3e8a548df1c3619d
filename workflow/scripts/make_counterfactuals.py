"""Make the counterfactual sets of one task and setting."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.stimuli.counterfactuals_job import MakeCounterfactuals, make_counterfactual_sets

if __name__ == "__main__":
    run(make_counterfactual_sets, MakeCounterfactuals)
