"""The paper `relations`: "Beyond the Doors of Perception" (Lepori et al., NeurIPS 2024)."""
