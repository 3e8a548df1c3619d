"""Vectors of many pictures as files: a mapped array, and tables of its pictures and components."""
