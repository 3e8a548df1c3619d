"""The words that configuration, scenes, tables and targets share."""

TASKS = ("discrimination", "rmts")
SETTINGS = ("256", "32")
PROPERTIES = ("shape", "color")
SPLITS = ("train", "val", "test", "test_iid", "ood_shape", "ood_color", "ood_shape_color")
CHECKPOINT = "best"
"""Of a fine-tuning run, the weights that every analysis reads."""
