"""Fetch the published weights of one model, or take them from a local file, and check them against the lock."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.models.download import FetchWeights, fetch_weights

if __name__ == "__main__":
    run(fetch_weights, FetchWeights)
