"""The cost of a run before it starts, from benchmark records that the repository ships."""
