"""Measure how much objects attend to themselves, each other and the background, for all seeds of one cell."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.relations.attention import Attention, attention

if __name__ == "__main__":
    run(attention, Attention)
