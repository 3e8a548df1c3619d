"""A user's own model and pictures, as they are named on a command line: entries of the zoo and of the configuration."""
