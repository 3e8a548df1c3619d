"""One module per family of figures: what is drawn, and the drawing."""
