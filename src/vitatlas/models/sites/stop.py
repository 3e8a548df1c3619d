"""A forward pass that ends at a site."""

from __future__ import annotations

from typing import Never

from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.sites.contexts import observe


class _Reached(Exception):
    """The forward pass has come to the site."""


def until(model: nn.Module, images: Tensor, site: str) -> Tensor:
    """The activation at `site`, from a forward pass of which no module behind the site runs.

    Value and gradient are those of the full pass.

    Args:
        model: A network of timm, or one that holds it as `backbone`.
        images: What it takes.
        site: A name as in the table of `vitatlas.models.sites`.

    Raises:
        UserError: As `read`; or the forward pass does not come to the site.
    """
    found: list[Tensor] = []

    def stop(value: Tensor) -> Never:
        found.append(value)
        raise _Reached

    with observe(model, {site: stop}):
        try:
            model(images)
        except _Reached:
            if found:
                return found[0]
            raise  # of another pass around this one
    raise UserError(f"the forward pass does not come to site '{site}'")
