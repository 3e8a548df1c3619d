"""The ground of the papers that look at pictures: the picture world, miniature encoders, pictures that users bring."""
