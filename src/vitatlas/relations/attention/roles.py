"""The four attention heads that the walk-through of one image shows (figure 22), and how they are found.

Imports no torch, so that configuration and figures can use it.
"""

from __future__ import annotations

# What a head is shown for, in the order of the paper's figure, and by what it is chosen: the largest value in the image
# shown, for the object of which it is least, so that it holds for every object.
ROLES = {
    "within object, local": "attention of object tokens to their own object, times how few tokens it falls on",
    "within object, whole": "attention of object tokens to their own object, times how evenly it covers the object",
    "between objects": "attention of object tokens to the other object of the pair",
    "background": "attention of object tokens to the background",
}
