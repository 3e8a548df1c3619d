"""Answers of an encoder to pictures that are shown in several ways.

Of each answer two numbers are kept: the rank of the true class among the logits, from 0, and the cross-entropy. That is
a few bytes per picture and way; the pictures themselves pass by, one batch at a time. A job that was stopped goes on
behind the last batch that its checkpoint has.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from vitatlas.errors import UserError
from vitatlas.features.reliance.stimuli import Stimuli
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.stopping import STOPPED

RANK, LOSS = 0, 1
"""Places of the two numbers."""


@dataclass(frozen=True)
class Part:
    """Pictures, each shown in several ways, with their classes int64 [N]."""

    stimuli: Stimuli
    classes: Tensor


@dataclass(frozen=True)
class Questions:
    """How answers are asked for.

    Attributes:
        logits: Of pictures [B, 3, side, side] uint8: [B, classes].
        device: Where the network is.
        batch: Pictures at a time.
        title: Shown with the progress.
    """

    logits: Callable[[Tensor], Tensor]
    device: torch.device
    batch: int
    title: str


def answers(questions: Questions, parts: Mapping[str, Part], checkpoint: Checkpoint) -> dict[str, Tensor]:
    """Rank and cross-entropy of the true class, by part: float32 [pictures, ways, 2].

    Raises:
        UserError: A logit is not finite.
        SystemExit: Stopped by a signal; what was answered is in the checkpoint.
    """
    state = checkpoint.load() or {}
    found = {name: [state[name]] if name in state else [] for name in parts}
    total, done = sum(len(part.classes) for part in parts.values()), sum(map(len, state.values()))
    with StopRequest() as stop, Progress(total, questions.title, done=done) as progress:
        for name, part in parts.items():
            for answered in _rest(questions, part, sum(map(len, found[name]))):
                found[name].append(answered)
                progress.step(len(answered))
                if stop.signal or checkpoint.due:
                    checkpoint.save({name: torch.cat(pieces) for name, pieces in found.items() if pieces})
                if stop.signal:
                    print(f"{questions.title}: stopped after {progress.done} of {total} pictures", file=sys.stderr)
                    raise SystemExit(STOPPED)
    return {name: torch.cat(pieces) for name, pieces in found.items()}


def _rest(questions: Questions, part: Part, done: int) -> Iterator[Tensor]:
    """Answers to the pictures from a position on, batch by batch."""
    for batch in part.stimuli.batches(questions.batch, done):
        columns = []
        for way, images in zip(part.stimuli.conditions, batch, strict=True):
            classes = part.classes[done : done + len(images)].to(questions.device)
            logits = questions.logits(images.to(questions.device)).float()
            _require_finite(logits, part, done, way.column)
            columns.append(torch.stack([ranks(logits, classes), cross_entropy(logits, classes, reduction="none")], 1))
        done += len(images)
        yield torch.stack(columns, 1).cpu()


def ranks(logits: Tensor, classes: Tensor) -> Tensor:
    """How many classes are ahead of the true one, float32 [B]: 0 if it is the first.

    Of equal logits the class with the lower number is ahead, so that a network that always says the same is right as
    often as one that guesses.
    """
    own = logits.gather(1, classes[:, None])
    numbers = torch.arange(logits.shape[1], device=logits.device)
    ahead = (logits > own) | ((logits == own) & (numbers < classes[:, None]))
    return ahead.sum(1).float()


def _require_finite(logits: Tensor, part: Part, start: int, column: str) -> None:
    """Raise a UserError for logits of which one is not finite."""
    strange = (~logits.isfinite().all(1)).nonzero()
    if len(strange):
        name = part.stimuli.table["picture"].iloc[start + int(strange[0])]
        raise UserError(
            f"a logit of the picture '{name}', shown as {column}, is not finite", remedy="look at the encoder's weights"
        )
