"""The parts that the rule files of this paper share: what may stand for their wildcards."""

# To be unpacked into a rule's wildcard constraints.
ENCODER = {"model": r"[\w-]+", "run": r"\d+"}
GROUP = {**ENCODER, "group": r"gallery|sites|departures|parametrisations|sweep"}
