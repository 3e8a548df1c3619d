"""vit-atlas: regenerate the figures and tables of papers on what vision transformers compute."""

__version__ = "0.1.0"
