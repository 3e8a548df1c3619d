"""The paper "What do Vision Transformers Learn? A Visual Exploration" (Ghiasi et al., arXiv 2212.06727)."""
