"""A user's own model and pictures: what units respond to, as a page that can be searched."""
