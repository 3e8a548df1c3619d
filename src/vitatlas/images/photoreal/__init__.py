"""Photorealistic scenes of two objects on a table, rendered by Mitsuba 3 (Lepori et al. 2024, appendix A.3)."""
