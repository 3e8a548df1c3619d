"""The splits of scenes that encoders are measured with. Imports no torch."""

FITTED, CHOSEN, MEASURED = "probe", "validation", "test"
"""Those that probes are fitted on, that their penalty is chosen by, and that all is measured on."""
SPLITS = (FITTED, CHOSEN, MEASURED)
