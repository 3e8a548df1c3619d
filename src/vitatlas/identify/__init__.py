"""What a file made by the workflow is, and how to make it again."""
