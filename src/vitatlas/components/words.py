"""The words of this paper for what its keys and their values are called in statements."""

WORDS = {
    "color": "colour",
    "component_order": "component ordering",
    "feature_order": "feature ordering",
    "compalign": "CompAlign",
    "free": "CompAlign without penalty",
    "single": "one map",
    "gradcam": "Grad-CAM",
    "chefer": "Chefer et al.",
}
