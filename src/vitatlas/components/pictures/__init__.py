"""The pictures of this paper, wherever they come from: by id, in one order, batch by batch."""
