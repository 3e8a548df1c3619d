"""The last word of a script or command that failed: one error that users can read, and never a traceback."""
