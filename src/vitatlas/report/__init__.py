"""Pages: one per paper with verdicts, figures, tables and what all of it took, and one that says what is made."""
