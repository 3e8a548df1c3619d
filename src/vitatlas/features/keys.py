"""The keys by which numbers of this paper are told apart, published ones and ours."""

KEYS = ("quantity", "measure", "site", "attribute", "control", "mask", "fill", "shown", "part", "filter")
"""In the order in which ids and statements have them; `analysis`, `model` and `layer` are every paper's.

quantity: what is measured; measure: top1 or top5; site: the end of its name; attribute: of pictures; control: what was
done in the place of the thing itself; mask, fill, shown, part: how a picture is masked, with what colour, what of it is
seen, in which set, or of which pictures of a unit; filter: of low passes.
"""
