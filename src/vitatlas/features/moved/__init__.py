"""Turned and shifted pictures: how much of a unit's activation stays (the reading of figures 12 to 15)."""
