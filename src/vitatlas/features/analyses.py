"""The kinds of analysis table of this paper, each said once."""

from __future__ import annotations

from vitatlas.paper.descriptor import Analysis

GROUPS = ("gallery", "sites", "departures", "parametrisations", "sweep")
"""The purposes of visualisations."""

JUDGED = ("gallery", "sites", "departures", "parametrisations")
"""Those that claims are about."""

MODEL = "{model}"
VISUALISED = tuple(Analysis(f"visualised_{group}", MODEL, invariants=("visualised", "places")) for group in GROUPS)
QUALITY = tuple(
    Analysis(
        f"quality_{group}",
        MODEL,
        invariants=("places",),
        readings=(f"quality_{group}",) if group in JUDGED else (),
    )
    for group in GROUPS
)

MAPPED = Analysis("mapped", MODEL, invariants=("maps",))
THUMBNAILS = Analysis("thumbnails", MODEL)
LOCALITY = Analysis("locality", MODEL, invariants=("maps",), readings=("locality",))
MOVED = Analysis("moved", MODEL, invariants=("maps",), readings=("moved",))
SELECTIVITY = Analysis("selectivity", MODEL, invariants=("units",), readings=("selectivity",))
SELECTIVE_UNITS = Analysis("selective_units", MODEL, invariants=("units",))
LAST_LAYER = Analysis("last_layer", MODEL, invariants=("classified",), readings=("last_layer",))
MASKED = Analysis("masked", MODEL, invariants=("classified",), readings=("masked",))
MASKED_HITS = Analysis("masked_hits", MODEL)
MASKED_EXAMPLES = Analysis("masked_examples", MODEL)
LOW_PASS = Analysis("low_pass", MODEL, invariants=("classified",), readings=("low_pass",))
LOW_PASS_HITS = Analysis("low_pass_hits", MODEL)
PATH_SIMILARITY = Analysis("path_similarity", MODEL, invariants=("similarity",))

SINGLE = (
    *(MAPPED, THUMBNAILS, LOCALITY, MOVED),
    *(SELECTIVITY, SELECTIVE_UNITS, PATH_SIMILARITY),
    *(LAST_LAYER, MASKED, MASKED_HITS, MASKED_EXAMPLES, LOW_PASS, LOW_PASS_HITS),
)
"""Those of which there is one table per model and run."""

ANALYSES = (*VISUALISED, *QUALITY, *SINGLE)
GATHERED = tuple(analysis.kind for analysis in SINGLE)
"""Kinds whose tables are those of single runs, one below the other."""
