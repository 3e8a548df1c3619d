"""Builders of the specs of this room's rules."""

from vitatlas.pictures.specs.data import prepare, read_pictures
from vitatlas.pictures.specs.encoders import encoder_quality, encoder_table, pretrain_encoder
from vitatlas.pictures.specs.world import world_pictures

BUILDERS = (prepare, read_pictures, world_pictures, pretrain_encoder, encoder_quality, encoder_table)
