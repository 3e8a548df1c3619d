"""The origin of a file made by the workflow, and how to make it again."""
