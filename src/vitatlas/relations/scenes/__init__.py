"""Shapes, colours, scenes and their rendering: a data set is a table of scenes, drawn on demand."""
