"""The section `features` of the configuration, by theme. Imports no torch."""
