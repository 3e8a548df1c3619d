"""Builders of the specs of this room's rules."""

from vitatlas.pictures.specs.data import prepare
from vitatlas.pictures.specs.encoders import encoder_quality, encoder_table, pretrain_encoder
from vitatlas.pictures.specs.world import world_pictures

BUILDERS = (prepare, world_pictures, pretrain_encoder, encoder_quality, encoder_table)
