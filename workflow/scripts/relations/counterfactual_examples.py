"""Draw examples of counterfactuals, for the drawings of methods."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.scenes.counterfactual_examples import counterfactual_examples
from vitatlas.relations.scenes.spec import CounterfactualExamplesSpec

if __name__ == "__main__":
    run(counterfactual_examples, CounterfactualExamplesSpec)
