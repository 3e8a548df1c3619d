"""Cues that classifications rely on: the object or what surrounds it, low or high frequencies (section 5)."""
