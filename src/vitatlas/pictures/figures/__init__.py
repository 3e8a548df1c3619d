"""The families of this room's figures: one module each, with `values` and `draw`."""
