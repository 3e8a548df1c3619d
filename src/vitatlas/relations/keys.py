"""The keys by which numbers of the relations paper are told apart, published ones and ours."""

KEYS = ("task", "setting", "property", "control", "method", "quantity", "pair", "alpha", "split", "auxiliary")
"""In the order in which ids and statements have them; `analysis`, `model` and `layer` are every paper's."""

NUMERIC = ("alpha",)
"""Those that are numbers."""

SHOWN = ("task", "setting")
"""Those with a column of their own in the table of verdicts."""
