"""The keys by which numbers of this paper are told apart, published ones and ours."""

KEYS = ("quantity", "feature", "method", "control", "moment", "third")
"""In the order in which ids and statements have them; `analysis`, `model` and `layer` are every paper's.

quantity: what is measured; feature: of which feature; method: of alignment or segmentation; control: what was done in
the place of the thing itself; moment: before or after; third: of the columns of components.
"""

SHOWN = ("feature",)
"""Those with a column of their own in the table of verdicts."""
