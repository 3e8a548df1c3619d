"""Texts in the space of a CLIP model: its text tower, prompts, lists of words, and classes named by words."""
