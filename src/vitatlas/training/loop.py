"""The loop that every training shares: steps, checkpoints, progress, and a stop when the loss is no number any more.

A training ends bit-identical on a CPU whether it was interrupted or not: whatever is random in a step derives from the
job's seed and the step's number, and everything else is in the checkpoint.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol

import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.stopping import STOPPED

LOOK_EVERY = 20
"""Steps between looks at the loss: each makes a GPU wait for its queue to empty."""

DIVERGED = 1e3
"""A loss above this is taken for divergence; cross-entropy over two answers starts at 0.7."""


class Training(Protocol):
    """A training that the loop drives.

    Attributes:
        title: Shown with the progress.
        steps: How many steps there are.
        batch: Images per step.
    """

    title: str
    steps: int
    batch: int

    def advance(self, step: int) -> Tensor:
        """Do step `step` (0 for the first) and return its loss, without waiting for the device."""
        ...

    def after(self, step: int) -> None:
        """Called when `step` steps are done: the place for evaluations."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        ...


def run(training: Training, checkpoint: Checkpoint) -> None:
    """Train to the last step, from the checkpoint if there is one.

    Raises:
        UserError: The loss is not finite any more, or has exploded.
        SystemExit: SIGTERM or SIGUSR1 came; the checkpoint was written, the status is `STOPPED`.
    """
    step = shown = first = _restore(training, checkpoint)
    images, done = training.steps * training.batch, step * training.batch
    with StopRequest() as stop, Progress(images, training.title, done=done) as progress:
        while step < training.steps:
            loss = training.advance(step)
            step += 1
            if step % LOOK_EVERY == 0 or step == training.steps:
                value = _finite(loss, step, training)
                progress.step((step - shown) * training.batch, loss=f"{value:.4f}")
                shown = step
            training.after(step)
            if stop.signal or checkpoint.due:
                _finite(loss, step, training)
                checkpoint.save({"step": step, "training": training.state_dict(), "random": _random_state()})
            if stop.signal:
                done_by = f"stopped by {stop.signal.name} after step {step} of {training.steps}"
                done_now = f"{step - first} of them in this attempt"
                print(f"{training.title}: {done_by}, {done_now}; run again to continue", file=sys.stderr)
                raise SystemExit(STOPPED)


def _restore(training: Training, checkpoint: Checkpoint) -> int:
    """Load the checkpoint, if there is one; the number of steps done."""
    saved = checkpoint.load()
    if saved is None:
        return 0
    training.load_state_dict(saved["training"])
    _set_random_state(saved["random"])
    print(f"{training.title}: continuing after step {saved['step']}", file=sys.stderr)
    return saved["step"]


def _finite(loss: Tensor, step: int, training: Training) -> float:
    value = float(loss)
    if not value < DIVERGED:  # also catches NaN
        raise UserError(
            f"training diverged: the loss is {value:.4g} after step {step}",
            where=training.title,
            remedy="lower learning_rate, or set clip (the largest norm of the gradient) or a warmup",
        )
    return value


def _random_state() -> dict[str, Any]:
    """torch's global generators, for models that draw from them (dropout)."""
    return {"cpu": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []}


def _set_random_state(state: dict[str, Any]) -> None:
    torch.set_rng_state(state["cpu"])
    if state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])
