"""The relational stage: linear probes of whether a pair is the same, and interventions along their directions."""
