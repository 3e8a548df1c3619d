"""Maps while they are learned: their parameters, their penalty, and what keeps them where they belong."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from vitatlas.components.align.config import Alignment, Method
from vitatlas.components.align.isometry import isometry_penalty, polar, reference_penalty, retracted, tangent
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.pairs import Pairs
from vitatlas.components.align.procrustes import Rotation, procrustes
from vitatlas.jobs.seeds import derive_seed

SPREAD = 0.55
"""Standard deviation of the initial entries times √width: at width 768 that is the authors' 0.02."""


class Learner(nn.Module):
    """Maps that nothing holds; the base of the others.

    Args:
        method: Its name.
        weights: Before the first step, [components or 1, width, text width].
        bias: Before the first step, [text width].
        components: How many there are.
    """

    weight = 0.0
    """Of the penalty."""

    decays = True
    """Whether weight decay makes sense."""

    def __init__(self, method: Method, weights: Tensor, bias: Tensor, components: int):
        super().__init__()
        self.method, self.components = method, components
        self.stack, self.bias = nn.Parameter(weights.clone()), nn.Parameter(bias.clone())

    def maps(self) -> Maps:
        """As they are now, with gradient."""
        return Maps(self.method, self.stack, self.bias, self.components)

    def penalty(self) -> Tensor:
        """The departure from what the maps should be, before it is weighted."""
        return self.bias.new_zeros(())

    def before_step(self) -> None:
        """Called when gradients are there: the place to change them."""

    def after_step(self) -> None:
        """Called when parameters were changed: the place to put them right."""


class Penalised(Learner):
    """Maps near isometries, by a penalty: CompAlign."""

    def __init__(self, settings: Alignment, weights: Tensor, bias: Tensor):
        super().__init__("compalign", weights, bias, len(weights))
        self.weight = settings.penalty_weight
        self._penalty = reference_penalty if settings.penalty == "reference" else isometry_penalty

    def penalty(self) -> Tensor:
        """The departure from isometries, in the configured form."""
        return self._penalty(self.stack)


class Orthogonal(Learner):
    """Exact isometries: steps along them, and back onto them after each step.

    Steps turn and do not reflect: a map into a space as wide as the model keeps the sign of its determinant, which is
    random at the start. Of many dimensions that costs one.
    """

    decays = False

    def __init__(self, weights: Tensor, bias: Tensor):
        super().__init__("orthogonal", polar(weights), bias, len(weights))

    @torch.no_grad()
    def before_step(self) -> None:
        """Take from the gradient what leads away from isometries."""
        assert self.stack.grad is not None
        self.stack.grad.copy_(tangent(self.stack.grad, self.stack))

    @torch.no_grad()
    def after_step(self) -> None:
        """Go to the nearest isometries."""
        self.stack.copy_(retracted(self.stack))


class Tied(Learner):
    """A rotation that all components share, and a small departure of each: W_i = R + Δ_i. Beyond the paper."""

    turn: Tensor

    def __init__(self, settings: Alignment, rotation: Rotation, components: int):
        # Cosines do not see the scale, but the size of a departure is measured against it: the rotation has none.
        turn, bias = rotation.turn.float(), (rotation.bias / rotation.scale).float()
        super().__init__("tied", torch.zeros(components, *turn.shape), bias, components)
        self.register_buffer("turn", turn)
        self.weight = settings.tied_weight

    def maps(self) -> Maps:
        """As they are now, with gradient."""
        return Maps(self.method, self.turn + self.stack, self.bias, self.components)

    def penalty(self) -> Tensor:
        """Mean over the components of ‖Δ_i‖²_F / width."""
        components, width, _ = self.stack.shape
        return self.stack.square().sum() / (components * width)


def make_learner(method: Method, settings: Alignment, train: Pairs, seed: int) -> Learner:
    """The maps of a method before the first step.

    Args:
        method: Any but `procrustes`, which is not learned.
        settings: Penalties and the initial spread.
        train: The training images; `tied` reads all of them, the others only their shape.
        seed: The initial entries derive from it.

    Raises:
        UserError: `tied`: as `procrustes`.
    """
    components, width, text_width = train.shape
    if method == "tied":
        return Tied(settings, procrustes(train), components)
    spread = settings.initial_spread or SPREAD / math.sqrt(width)
    weights, bias = drawn(1 if method == "single" else components, width, text_width, spread, seed)
    if method == "compalign":
        return Penalised(settings, weights, bias)
    return Orthogonal(weights, bias) if method == "orthogonal" else Learner(method, weights, bias, components)


def drawn(maps: int, width: int, text_width: int, spread: float, seed: int) -> tuple[Tensor, Tensor]:
    """Weights [maps, width, text width] and bias [text width], all entries normal with this standard deviation."""
    generator = torch.Generator().manual_seed(derive_seed(seed, "weights"))
    weights = torch.randn(maps, width, text_width, generator=generator)
    return spread * weights, spread * torch.randn(text_width, generator=generator)
