"""The reasons why jobs would run again, and what an edit would make run again."""
