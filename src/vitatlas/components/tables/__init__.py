"""One module per family of tables: its numbers, its layout and its notes."""
