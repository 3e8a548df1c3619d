"""The section `relations` of the configuration, and the annexes to the zoo. Imports no torch."""
