"""The error of a map that a network has not."""

from __future__ import annotations

from vitatlas.errors import UserError


class UndefinedError(UserError):
    """A kind of map is not defined for a network.

    Args:
        method: What the map is called.
        architecture: timm's name of the network.
        reason: Why, in words.

    Attributes:
        reason: As given; for a table that leaves the cell empty.
    """

    def __init__(self, method: str, architecture: str, reason: str):
        self.reason = reason
        super().__init__(
            f"{method} is not defined for '{architecture}': {reason}",
            remedy="leave the method out for this model, or choose another model",
        )
