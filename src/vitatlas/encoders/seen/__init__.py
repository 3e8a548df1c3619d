"""Sets of pictures, and the encoders that see them, as jobs of all papers get them."""
