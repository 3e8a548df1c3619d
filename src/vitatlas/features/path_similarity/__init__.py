"""Whether made pictures run through a network on the paths of natural ones (after Geirhos et al. 2023)."""
