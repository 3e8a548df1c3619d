"""The quality of finished visualisations, by their spectrum and by what an independent network sees in them."""
