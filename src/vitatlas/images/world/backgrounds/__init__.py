"""Background pictures: little paintings of each location, drawn by formulas."""
