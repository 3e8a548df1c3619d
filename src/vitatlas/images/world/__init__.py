"""The picture world: small pictures of one object (or three) before a background, of which every attribute is known."""
