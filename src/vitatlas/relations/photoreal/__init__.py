"""Photorealistic images, shown to models that were fine-tuned on flat shapes (Lepori et al., appendix A.3)."""
