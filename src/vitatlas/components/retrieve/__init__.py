"""Pictures found by a text and by a picture, with what is known of how often they are the right ones."""
