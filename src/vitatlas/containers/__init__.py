"""Container images: which there are, whether they are up to date, and how they are built."""
