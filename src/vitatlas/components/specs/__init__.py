"""Builders of the specs of this paper's rules. Imports no torch."""

from vitatlas.components.specs.ablation import layer_ablation
from vitatlas.components.specs.align import component_labels, component_scores, learn_maps, texts
from vitatlas.components.specs.departures import component_departures
from vitatlas.components.specs.maps import heatmaps, segmentation
from vitatlas.components.specs.numerics import numerics
from vitatlas.components.specs.own import own_components, own_page
from vitatlas.components.specs.removal import removal
from vitatlas.components.specs.retrieval import retrieval_by_picture, retrieval_by_text
from vitatlas.components.specs.store import classifier, component_scenes, contributions, representations
from vitatlas.components.specs.tables import component_table
from vitatlas.components.specs.trust import invariants

BUILDERS = (
    *(component_scenes, contributions, representations, classifier, texts),
    *(learn_maps, component_scores, component_labels),
    numerics,
    *(retrieval_by_text, retrieval_by_picture),
    *(removal, layer_ablation),
    *(heatmaps, segmentation),
    component_departures,
    *(own_components, own_page),
    *(component_table, invariants),
)
