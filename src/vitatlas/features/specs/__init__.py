"""Builders of the specs of this paper's rules. Imports no torch."""

from vitatlas.features.specs.classified import last_layer, low_pass, masked
from vitatlas.features.specs.maps import moved, unit_maps
from vitatlas.features.specs.own import own_features, own_maps, own_scores, own_visualise
from vitatlas.features.specs.scores import feature_scenes, selectivity, unit_scores
from vitatlas.features.specs.tables import feature_table, invariants, quality, quality_table, visualised_table
from vitatlas.features.specs.visualise import path_similarity, spectrum, visualise

BUILDERS = (
    *(feature_scenes, unit_scores, selectivity),
    *(unit_maps, moved),
    *(last_layer, masked, low_pass),
    *(spectrum, visualise, path_similarity),
    *(own_scores, own_visualise, own_maps, own_features),
    *(quality, quality_table, visualised_table, feature_table, invariants),
)
