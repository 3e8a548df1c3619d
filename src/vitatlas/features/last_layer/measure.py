"""All that is measured on a batch of pictures, as counts of what is right."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.features.last_layer.head import Head, prefix_of
from vitatlas.features.last_layer.isolate import cls_only, isolating
from vitatlas.features.last_layer.names import ALL, CLS_ONLY, ISOLATING, NATURAL, OBJECT, ON_ALL, ON_PATCHES, PATCH
from vitatlas.features.last_layer.patches import patch_sites, see_patches
from vitatlas.features.last_layer.right import right, right_patches
from vitatlas.features.last_layer.steps import obstacle, steps_of
from vitatlas.features.maps.truth import on_object
from vitatlas.models.encoder import Encoder, Features
from vitatlas.models.sites.layouts import Grid


class Key(NamedTuple):
    """One number per picture.

    Attributes:
        quantity: What is measured.
        layer: The number l of blocks.
        among: Which patches are counted.
    """

    quantity: str
    layer: int
    among: str = ALL


@dataclass
class Found:
    """Counts on some pictures.

    Attributes:
        right: By key, int64 [B, measures]: 0 or 1, or how many patches.
        by_patch: By l, int64 [P, measures]: on how many pictures the head is right at each patch.
        on_object: int64 [B], how many patches the object covers; None where nothing is known of it.
        grid: Rows and columns of patches; None if none were read.
    """

    right: dict[Key, Tensor] = field(default_factory=dict)
    by_patch: dict[int, Tensor] = field(default_factory=dict)
    on_object: Tensor | None = None
    grid: Grid | None = None


class LastLayer:
    """The accuracy of an encoder whose class tokens are kept apart, and of its head on single tokens.

    Args:
        encoder: With a head, in evaluation mode.
        at: The numbers l of blocks that are asked for; None: all. Patches behind the last block are always read.

    Attributes:
        head: Of the encoder.
        omitted: Reasons, by quantity that the encoder does not have.

    Raises:
        UserError: It has no head; or nothing is defined at an l that is asked for.
    """

    def __init__(self, encoder: Encoder, at: Collection[int] | None = None):
        self.encoder, self.head = encoder, Head(encoder)
        self._sites = patch_sites(encoder)
        self.depth = self._sites.depth
        self.omitted: dict[str, str] = {}
        if (unreadable := self.head.obstacle()) is not None:
            self.omitted |= dict.fromkeys((PATCH, ON_PATCHES, ON_ALL), unreadable)
        elif not prefix_of(encoder.backbone):
            self.omitted[ON_ALL] = "all tokens are patches"
        apart = obstacle(encoder)
        if apart is not None:
            self.omitted |= dict.fromkeys((ISOLATING, CLS_ONLY), apart)
        self._steps = steps_of(encoder) if apart is None else None
        self._at = self._chosen(at)

    def _chosen(self, at: Collection[int] | None) -> list[int]:
        """The numbers of blocks, of those at which something is defined."""
        patches = [] if PATCH in self.omitted else self._sites.numbers
        defined = patches if self._steps is None else range(self.depth + 1)
        wrong = sorted(set(at or ()) - set(defined))
        if wrong:
            reasons = "; ".join(f"no {name}: {why}" for name, why in self.omitted.items() if name != ON_ALL)
            first = f"{min(defined)} to {max(defined)}" if defined else "none"
            raise UserError(
                f"nothing is defined behind {wrong[0]} blocks of architecture '{self.encoder.entry.timm}', "
                f"which has {self.depth}",
                where="key `layers`",
                remedy=f"take numbers of blocks: {first}{f' ({reasons})' if reasons else ''}",
            )
        return sorted(defined if at is None else set(at))

    @torch.no_grad()
    def __call__(self, images: Tensor, classes: Tensor, masks: Tensor | None) -> Found:
        """Counts on pictures.

        Args:
            images: uint8 [B, 3, side, side].
            classes: int64 [B].
            masks: Of their objects, bool [B, side, side]; None where nothing is known of them.

        Raises:
            UserError: A logit is not finite.
        """
        found = Found()
        features = self._read_patches(found, images, classes, masks)
        found.right[Key(NATURAL, self.depth)] = right(self.head(features), classes)
        if self._steps is not None:
            for quantity, run in ((ISOLATING, isolating), (CLS_ONLY, cls_only)):
                for number, c in run(self._steps, images, self._at):
                    found.right[Key(quantity, number)] = right(self.head(c), classes)
        return found

    def _read_patches(self, found: Found, images: Tensor, classes: Tensor, masks: Tensor | None) -> Features:
        """Run the network, reading its patches; its final features."""
        if PATCH in self.omitted:
            return self.encoder.features(images)
        last: list[Tensor] = []

        def take(number: int, patches: Tensor) -> None:
            self._count(found, number, patches, classes, masks)
            if number == self.depth:
                last.append(patches.flatten(1, 2))

        features = see_patches(self.encoder, images, self._sites, {*self._at, self.depth}, take)
        found.right[Key(ON_PATCHES, self.depth)] = right(self.head.of_tokens(last[0].float().mean(1)), classes)
        if ON_ALL not in self.omitted:
            tokens = torch.cat([features[:, : prefix_of(self.encoder.backbone)], last[0]], 1)  # type: ignore[call-overload]
            found.right[Key(ON_ALL, self.depth)] = right(self.head.of_tokens(tokens.float().mean(1)), classes)
        return features

    def _count(self, found: Found, number: int, patches: Tensor, classes: Tensor, masks: Tensor | None) -> None:
        """Count the patches on which the head is right."""
        found.grid = (patches.shape[1], patches.shape[2])
        each = right_patches(self.head, patches.flatten(1, 2), classes)
        found.by_patch[number] = each.sum(0)
        found.right[Key(PATCH, number)] = each.sum(1)
        if masks is not None:
            inside = on_object(masks, found.grid).flatten(1).to(each.device)
            found.on_object = inside.sum(1)
            found.right[Key(PATCH, number, OBJECT)] = (each * inside[..., None]).sum(1)
