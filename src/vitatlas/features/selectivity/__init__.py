"""The selectivity of features for attributes of pictures, whatever the other attributes, and its change with depth."""
