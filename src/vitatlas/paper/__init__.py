"""The face of a paper towards the shared rooms: its descriptor, and how its specs are built. Imports no torch."""
