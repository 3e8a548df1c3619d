"""The knowledge that encoders have of the picture world: by their heads, by texts, and by linear probes."""
