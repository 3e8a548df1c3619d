"""RepDecompose in closed form: the representation of a picture as the sum of what components write (paper, section 3).

1. A forward pass of the unmodified network; seen on the way are the input of each output projection of attention, what
   MLPs and convolutions add to the stream, the stream where the decomposition begins, and the statistics of the norms
   on the residual path.
2. With these statistics frozen, the way from a write to z is linear (`Tail`): sums over positions, then a matrix. The
   matrices are made once; a head's is joined with its part of the output projection.
3. The bias is made of the parameters, in the same way, and never as what is left: so that the sum can be checked.

Policies for the bias of attention's output projection, of norms and of pooled shortcuts:
- `separate`: all in a component of its own. A norm takes each entry's own mean away.
- `own`: as separate, but the output projection's bias is shared by the heads of its layer.
- `uniform` (the paper's): each is shared equally by all entries that are there when it is added, and so is the mean
  that a norm takes away. Single components then depend on what else was decomposed.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from vitatlas.components.config.protocol import Switch
from vitatlas.components.decompose.component import BIAS, INIT, Component
from vitatlas.components.decompose.families import residual_path
from vitatlas.components.decompose.path import Part, Write
from vitatlas.components.decompose.run import Run, run
from vitatlas.components.decompose.tail import tails
from vitatlas.components.decompose.watch import require_uncompiled
from vitatlas.components.store.spec import Policy
from vitatlas.config.read import require_known
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder


class Decomposer:
    """Takes representations of one encoder apart.

    Args:
        encoder: In evaluation mode, in float32 or float64.
        start: The first block whose layers are components, `block.7` or `stage.2.block.1`; by default the first of all.
        policy: Where biases go.
        together: Whether the heads of a layer are one component.
        layernorm: The statistics that norms on the path are frozen with; with the reference's, components miss z.

    Attributes:
        encoder: As given.
        components: In order: init, then in order of execution; `bias` last, where the policy has one.
        path: The encoder's residual path.

    Raises:
        UserError: A family, block, norm or readout that cannot be decomposed; no block `start`; half precision; a
            compiled network.
    """

    @torch.no_grad()
    def __init__(
        self,
        encoder: Encoder,
        start: str | None = None,
        policy: Policy = "separate",
        *,
        together: bool = False,
        layernorm: Switch = "corrected",
    ):
        _check(encoder)
        self.encoder, self.policy, self.together, self.layernorm = encoder, policy, together, layernorm
        self.path = residual_path(encoder)
        self.parts = self._from(start)
        self.writes = [write for part in self.parts for write in part.writes]
        self.tails = tails(self.path, centred=policy != "uniform")
        self._projections = [self._projection(write) for write in self.writes]
        self.components = self._named()

    @torch.no_grad()
    def __call__(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Representations z [B, d] of pictures [B, 3, side, side] uint8, and their components [B, components, d]."""
        found = run(self, images)
        entries = [self.tails[self.parts[0].space].image(found.entry, found.weights[self.parts[0].space])[:, None]]
        entries += [self._entries(number, write, found) for number, write in enumerate(self.writes)]
        vectors = torch.cat(entries, dim=1)
        if self.policy == "uniform":
            return found.z, self._with_shares(vectors, found)
        return found.z, torch.cat([vectors, self._bias(found)[:, None]], dim=1)

    def projection_of(self, number: int) -> Tensor:
        """The matrices of the heads of layer `number`, from their outputs to z on each path: [H, d, Q, head width]."""
        found = self._projections[number]
        if found is None:
            raise ValueError(f"layer {number} has no heads")
        return found

    @torch.no_grad()
    def shared(self, images: Tensor) -> list[tuple[Tensor, int]]:
        """The constants [B or 1, d] that `uniform` shares, each with the number of components, the first ones in order,
        that have equal parts of it."""
        return self._shared(run(self, images))

    def _from(self, start: str | None) -> tuple[Part, ...]:
        names = [part.name for part in self.path.parts]
        if start is not None:
            require_known(start, names, "block", "where the decomposition begins")
        return self.path.parts[names.index(start) if start else 0 :]

    def _named(self) -> list[Component]:
        found = [Component(INIT, "init")]
        numbers = iter(range(len(self.writes)))
        for part in self.parts:
            for write in part.writes:
                found += _of_layer(part, write, next(numbers), together=self.together)
        return found if self.policy == "uniform" else [*found, Component(BIAS, "bias")]

    def _projection(self, write: Write) -> Tensor | None:
        if write.attention is None:
            return None
        weight = write.attention.module.proj.weight.detach()
        if write.gain is not None:
            weight = write.gain.detach()[:, None] * weight
        by_head = weight.unflatten(1, (write.attention.module.num_heads, -1))
        return torch.einsum("qdc,chk->hdqk", self.tails[write.space].matrices, by_head)

    def _entries(self, number: int, write: Write, found: Run) -> Tensor:
        """The components of a layer, [B, heads or 1, d]."""
        tail, weights, value = self.tails[write.space], found.weights[write.space], found.writes[number]
        if write.attention is None:
            return tail.image(value, weights)[:, None]
        vectors = torch.einsum("bqhk,hdqk->bhd", tail.pooled(value, weights), self.projection_of(number))
        if self.policy != "separate" and (bias := _output_bias(write)) is not None:
            vectors = vectors + tail.constant(bias, weights)[:, None] / vectors.shape[1]
        return vectors.sum(1, keepdim=True) if self.together else vectors

    def _bias(self, found: Run) -> Tensor:
        """The part that parameters add whatever the components are: [B, d]."""
        total = sum(constant for constant, _ in self._shared(found))
        if self.policy == "separate":
            for write in self.writes:
                if (bias := _output_bias(write)) is not None:
                    total = total + self.tails[write.space].constant(bias, found.weights[write.space])
        return total.expand_as(found.z) if isinstance(total, Tensor) else torch.zeros_like(found.z)

    def _with_shares(self, vectors: Tensor, found: Run) -> Tensor:
        """Each constant of the path shared by the entries that are there where it is added."""
        vectors = vectors.clone()
        for constant, entries in self._shared(found):
            vectors[:, :entries] += constant[:, None] / entries
        return vectors

    def _shared(self, found: Run) -> list[tuple[Tensor, int]]:
        """The constants that links and readout add to z, [B or 1, d], each with the number of entries there before."""
        uniform = self.policy == "uniform"
        nodes = []
        for space, link in enumerate(self.path.links):
            if space < self.parts[0].space:
                continue
            tail, weights = self.tails[space + 1], found.weights[space + 1]
            before = self._before(space)
            if (constant := link.constant()) is not None:
                nodes.append((tail.constant(constant, weights), before))
            if uniform and (mean := link.mean()) is not None:
                nodes.append((tail.constant(mean, weights * found.removed[space]), before))
        nodes.append((self.path.readout.constant() * found.unit, self._before(len(self.path.links))))
        if uniform and found.removed_last is not None:
            nodes.append((self.path.readout.mean() * found.removed_last * found.unit, nodes[-1][1]))
        return nodes

    def _before(self, space: int) -> int:
        """The number of entries in spaces up to `space`."""
        layers = [number for number, write in enumerate(self.writes) if write.space <= space]
        return sum(component.layer in layers for component in self.components) + 1


def _of_layer(part: Part, write: Write, layer: int, *, together: bool) -> list[Component]:
    about: dict[str, Any] = {"subkind": write.subkind, "stage": part.stage, "block": part.block, "layer": layer}
    if write.attention is None:
        return [Component(f"{write.name}.{write.kind}", write.kind, **about)]  # type: ignore[arg-type]
    if together:
        return [Component(f"{write.name}.attention", "attention", **about)]
    heads = range(write.attention.module.num_heads)
    return [Component(f"{write.name}.head.{head}", "head", head=head, **about) for head in heads]


def _output_bias(write: Write) -> Tensor | None:
    """The bias of attention's output projection in the stream, [C]."""
    bias = None if write.attention is None else write.attention.module.proj.bias
    return bias if bias is None or write.gain is None else write.gain * bias


def _check(encoder: Encoder) -> None:
    require_uncompiled(encoder)
    if encoder.training:
        raise ValueError("an encoder in training mode drops parts at random: call eval() first")
    weight = next(encoder.parameters())
    if weight.dtype not in (torch.float32, torch.float64):
        precision = str(weight.dtype).removeprefix("torch.")
        problem = f"an encoder in {precision} cannot be decomposed: the sum would miss its representation"
        where = f"architecture '{encoder.entry.timm}'"
        raise UserError(problem, where=where, remedy="decompose in float32")
