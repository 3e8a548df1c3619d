"""A user's own model, pictures and words: which components carry which words, and where in the pictures."""
