"""Fine-tuning on the two tasks (Lepori et al., appendix B)."""
