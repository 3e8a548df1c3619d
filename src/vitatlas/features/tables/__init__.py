"""The families of tables of this paper, one module each."""
