"""The families of figures of this paper, one module each."""
