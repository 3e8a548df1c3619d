"""The workflow's own pretraining of small backbones: a world of objects, and three things to learn from it."""
