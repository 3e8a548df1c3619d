"""Pretraining and fine-tuning: the loop, what it measures, and how it survives being stopped."""
