"""The parts that the rule files of this room share: what may stand for their wildcards."""

# To be unpacked into a rule's wildcard constraints.
MODEL_RUN = {"model": r"[\w-]+", "run": r"\d+"}
