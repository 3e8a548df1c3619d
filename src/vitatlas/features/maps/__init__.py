"""Activation maps of units: where in a picture a unit is active, and how local that is (section 4, appendix F)."""
