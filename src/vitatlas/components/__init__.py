"""The second paper: image representations as sums of what components write, and the texts that label them."""
