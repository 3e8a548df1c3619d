"""Heat-maps: which tokens of a picture a head takes what a text says from, and whether that is where the thing is."""
