"""Pictures that a user brings: from files in any common layout to one index, and from the index to pixels."""
