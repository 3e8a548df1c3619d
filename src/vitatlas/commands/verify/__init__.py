"""The files of a tier, held against the records inside them."""
