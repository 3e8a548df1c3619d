"""How much a component has to do with a feature, and the images that a feature's components find."""
