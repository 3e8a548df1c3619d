"""CompAlign: linear maps from what components write into a text space, of several kinds, and how they are learned."""
