"""The section `components` of the configuration, theme by theme. Imports no torch."""
