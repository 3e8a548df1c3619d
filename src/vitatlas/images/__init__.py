"""Pictures that any paper may use: photorealistic scenes, and PNGs."""
