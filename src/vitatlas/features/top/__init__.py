"""Scores of all units of a network on a set of pictures, and the pictures with the highest."""
