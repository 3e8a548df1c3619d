"""The command that shows what units of a user's own model respond to, in a user's pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vitatlas.commands.own.asked import Asked, Named, Prepared, config_of, named_in, write_run
from vitatlas.config.models import EncoderEntry
from vitatlas.config.read import validate
from vitatlas.errors import UserError
from vitatlas.features.config.own import Own
from vitatlas.features.settings import NAME, FeaturesSettings
from vitatlas.images.brought.readers.walk import listed
from vitatlas.models.encoder import build_encoder
from vitatlas.models.sites import layers
from vitatlas.project.load import load_zoo


@dataclass(frozen=True, kw_only=True)
class Request(Asked):
    """The words of a command line. Numbers are as of `Own`; None: the default.

    Attributes:
        layers: Layers that are shown.
        units: Units of each.
        steps: Steps per visualisation.
    """

    layers: int | None = None
    units: int | None = None
    steps: int | None = None


def prepare(asked: Request, root: Path) -> Prepared:
    """Check a request, and write what its run needs.

    Args:
        asked: The request.
        root: The checkout, the working directory of the run.

    Raises:
        UserError: Whatever is wrong with it.
    """
    zoo = load_zoo(root / "config/models.yaml")
    of = FeaturesSettings(config_of(asked.tier, NAME, zoo, root), zoo, NAME)
    named = named_in(asked, of.config, zoo)
    numbers = {name: getattr(asked, name) for name in ("layers", "units", "steps") if getattr(asked, name) is not None}
    entry = validate(Own, {"data": named.data, "model": named.model, **numbers}, "the command line")
    _check_pictures(named, entry)
    _check_layers(named.encoder(zoo))
    if named.entry is None:
        of.weights_of(named.model)  # refuses those that nobody makes
    return write_run(of, named, numbers, root)


def _check_pictures(named: Named, entry: Own) -> None:
    """Refuse a folder that has fewer pictures than a unit has top pictures."""
    if named.data_set is None:
        return
    count = len(listed(Path(named.data_set.place)).pictures)
    if count < entry.top:
        raise UserError(
            f"there are {count} pictures, and the top {entry.top} of each unit are to be shown",
            where=named.data_set.place,
            remedy="bring more; a few hundred make a difference",
        )


def _check_layers(entry: EncoderEntry) -> None:
    """Refuse a network whose layers are not known, with random weights, before any weights are fetched."""
    encoder = build_encoder(entry, seed=0)
    layers(encoder, encoder.side)
