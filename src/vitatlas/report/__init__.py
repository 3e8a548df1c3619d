"""The page of a paper: verdicts, every figure and table with its numbers, and what all of it took."""
