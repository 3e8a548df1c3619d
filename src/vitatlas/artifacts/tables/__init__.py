"""One module per family of tables, and their writing as CSV, Markdown and LaTeX."""
