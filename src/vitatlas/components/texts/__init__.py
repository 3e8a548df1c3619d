"""Texts as directions of a space that pictures share."""
