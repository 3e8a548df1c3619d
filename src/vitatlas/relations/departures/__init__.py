"""What each departure of the reference code changes."""
