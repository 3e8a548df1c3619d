"""The optimisation of several features at once (section 3; the authors' code).

Pictures do not interact in a network in evaluation mode, the loss is a sum over features, and Adam is elementwise: each
feature comes out as if it were alone. Nothing in a step waits for the device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.features.config.visualise import VisualiseProtocol, VisualiseSettings
from vitatlas.features.visualise.augment import Augmentations
from vitatlas.features.visualise.chunks import Feature
from vitatlas.features.visualise.objective import losses
from vitatlas.features.visualise.parametrise import form_of
from vitatlas.features.visualise.place import Place
from vitatlas.features.visualise.schedule import learning_rate
from vitatlas.features.visualise.tv import total_variation

BETAS = (0.5, 0.99)
NEVER = -1


@dataclass(frozen=True)
class Task:
    """Features that are optimised together.

    Attributes:
        features: All of `place`.
        place: The site.
        seeds: What the draws of each derive from.
        units_of: What activations are divided by, per feature: 1, or standard deviations of the units' scores.
        settings, protocol: How.
        magnitudes: The spectrum [3, S, S // 2 + 1] for the parametrisation `maco`.
    """

    features: Sequence[Feature]
    place: Place
    seeds: Sequence[int]
    units_of: Sequence[float]
    settings: VisualiseSettings
    protocol: VisualiseProtocol
    magnitudes: Tensor | None = None


class Ascent:
    """A running optimisation.

    Args:
        task: What is optimised. The parameters of its encoder must be frozen.
        device: Whose arithmetic the network runs in; the encoder is on it.

    Attributes:
        step: How many steps are done.
    """

    def __init__(self, task: Task, device: Device):
        self.task, self.step, self._device = task, 0, device
        side, like = task.place.encoder.side, task.place.encoder.normalise.mean
        self._form = form_of(task.settings.parametrisation, side, like, task.magnitudes)
        self._values = self._form.start(task.seeds).to(like).requires_grad_()
        self._adam = torch.optim.Adam([self._values], task.settings.learning_rate, betas=BETAS)
        self._augment = Augmentations(task.seeds, task.settings, task.protocol, side, like)
        units = torch.tensor([feature.unit for feature in task.features])
        self._units = units.repeat_interleave(task.settings.drawn).to(like.device)
        self._scales, self._weights = (values.to(like) for values in _scaled(task))
        self._bad = torch.full((len(units),), NEVER, device=like.device)

    @property
    def done(self) -> bool:
        """Whether all steps are done."""
        return self.step == self.task.settings.steps

    def advance(self) -> None:
        """One step."""
        settings = self.task.settings
        self._adam.param_groups[0]["lr"] = learning_rate(settings.learning_rate, self.step, settings.steps)
        copies = self._augment(self._form.pixels(self._values), self.step)
        loss = self._losses(copies)
        (self._values.grad,) = torch.autograd.grad(loss.sum(), [self._values])
        self._adam.step()
        with torch.no_grad():
            self._form.keep(self._values)
            self._note(loss.isfinite())
        self.step += 1

    @torch.no_grad()
    def pictures(self) -> Tensor:
        """The pictures as they are, uint8 [N, 3, S, S]: rounded, not stretched.

        Raises:
            UserError: A loss or a pixel was not finite.
        """
        pixels = self._form.pixels(self._values)
        self._note(pixels.flatten(1).isfinite().all(1))  # the last gradient comes behind the last loss
        self.check()
        return (255 * pixels).round().to(torch.uint8)

    def check(self) -> None:
        """Check that all losses so far were finite. Waits for the device.

        Raises:
            UserError: One was not; names its feature and step.
        """
        for feature, step in zip(self.task.features, self._bad.tolist(), strict=True):
            if step != NEVER:
                raise UserError(
                    f"{feature}: its loss or picture is not finite in step {step}",
                    where=f"site {self.task.place.site}",
                    remedy="look at the weights; under bf16, compute in fp32",
                )

    def state(self) -> dict[str, Any]:
        """All that changes, for a checkpoint."""
        values = self._values.detach()
        return {"step": self.step, "values": values, "adam": self._adam.state_dict(), "bad": self._bad}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.step = state["step"]
        self._values.data.copy_(state["values"])
        self._adam.load_state_dict(state["adam"])
        self._bad = state["bad"].to(self._bad.device)

    def _note(self, finite: Tensor) -> None:
        """Keep the step in which a feature was not finite for the first time."""
        self._bad = torch.where((self._bad == NEVER) & ~finite, self.step, self._bad)

    def _losses(self, copies: Tensor) -> Tensor:
        """The loss of each feature [N], of its copies [N, B, 3, S, S]."""
        size, flat = copies.shape[:2], copies.flatten(0, 1)
        means = self.task.place.means(flat, self._units, self._device).unflatten(0, size)
        variation = total_variation(flat).unflatten(0, size).mean(1)
        objective, patches = self.task.protocol.objective, self.task.place.patches
        return losses(means * self._scales[:, None], variation, self._weights, objective, patches)


def _scaled(task: Task) -> tuple[Tensor, Tensor]:
    """The factor of each feature's activation, and the weight of its total variation. A unit that never varies has no
    scale: it counts as it is, without a penalty that would outweigh it."""
    scales = [1 / one if one else 1.0 for one in task.units_of]
    weights = [feature.weight if one else 0.0 for feature, one in zip(task.features, task.units_of, strict=True)]
    return torch.tensor(scales), torch.tensor(weights)
