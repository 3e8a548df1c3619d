"""Pictures that make a unit answer, by gradient ascent (section 3 of Ghiasi et al. 2022)."""
