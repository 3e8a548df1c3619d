"""The words of the relations paper for what its keys and their values are called in statements."""

WORDS = {
    "alpha": "scale",
    "color": "colour",
    "rmts": "RMTS",
    "test_iid": "seen combinations",
    "test": "unseen combinations",
    "ood_shape_color": "new shapes and colours",
}
