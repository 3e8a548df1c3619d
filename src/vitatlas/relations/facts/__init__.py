"""The numbers of this paper that documents quote, and how they show them."""
