"""The four attention heads that the walk-through of one image shows (figure 22), and how they are found.

Imports no torch, so that configuration and figures can use it.
"""

from __future__ import annotations

# What a head is shown for, in the order of the paper's figure, and by what it is chosen: the largest mean over images.
ROLES = {
    "within object, local": "attention of object tokens to their own object, times how few tokens it falls on",
    "within object, whole": "attention of object tokens to their own object, times how evenly it covers the object",
    "between objects": "attention from one object to the other (WP)",
    "background": "attention from an object to the background (BG)",
}
