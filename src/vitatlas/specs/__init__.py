"""The spec of every rule: its slice of the configuration, by key, and the fingerprint of what computes it.

A rule names the method here that builds its spec; Snakemake calls it with the job's wildcards. Two jobs with equal
specs and equal inputs give equal results, so a change of the spec is what makes a finished job run again.
"""

from __future__ import annotations

from vitatlas.specs.analyses import AnalysisSpecs
from vitatlas.specs.artifacts import ArtifactSpecs
from vitatlas.specs.base import SpecValue
from vitatlas.specs.photoreal import PhotorealSpecs
from vitatlas.specs.stimuli import StimuliSpecs
from vitatlas.specs.training import TrainingSpecs
from vitatlas.specs.verdicts import VerdictSpecs

__all__ = ["SpecValue", "Specs"]


class Specs(StimuliSpecs, TrainingSpecs, AnalysisSpecs, PhotorealSpecs, ArtifactSpecs, VerdictSpecs):
    """Builds specs from the configuration."""
