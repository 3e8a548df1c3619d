"""The parts that the rule files of this paper share: its words, and what may stand for its wildcards."""

from vitatlas.relations.config.das import DAS_SPLITS
from vitatlas.relations.config.probe import PROBE_SPLITS, PROBED
from vitatlas.relations.vocabulary import PROPERTIES, SETTINGS, SPLITS, TASKS

# To be unpacked into a rule's wildcard constraints.
SET = {"task": "|".join(TASKS), "setting": "|".join(SETTINGS)}
GRID = {"geometry": r"\w+", **SET}
CELL = {"model": r"[\w-]+", **SET}
RUN = {"run": r"\d+", **CELL}
