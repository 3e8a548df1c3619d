"""Checkpoints, stopping and divergence, with a training that only counts."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest, key_of
from vitatlas.jobs.job import Files, Job
from vitatlas.jobs.stopping import STOPPED
from vitatlas.training.loop import run


class Counting:
    """Sums draws from torch's global generator; may send a signal or diverge at a step."""

    title, batch = "counting", 4

    def __init__(
        self, steps: int = 30, signal_at: int = -1, loss: float = 0.5, number: signal.Signals = signal.SIGTERM
    ):
        self.steps, self.signal_at, self.loss, self.number = steps, signal_at, loss, number
        self.total, self.seen = torch.zeros(1), list[int]()

    def advance(self, step: int) -> Tensor:
        self.seen.append(step)
        self.total += torch.rand(1)
        if step == self.signal_at:
            os.kill(os.getpid(), self.number)
        return torch.tensor(self.loss)

    def after(self, step: int) -> None:
        pass

    def state_dict(self) -> dict[str, Any]:
        return {"total": self.total}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.total = state["total"]


def checkpoint(folder: Path, key: str = "key", every_s: float = 1e9) -> Checkpoint:
    return Checkpoint(folder / "model.safetensors", key, every_s)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_saves_and_the_next_start_continues_with_the_same_random_numbers(
    tmp_path: Path, number: signal.Signals
) -> None:
    torch.manual_seed(0)
    whole = Counting()
    run(whole, checkpoint(tmp_path / "other"))
    torch.manual_seed(0)
    stopped, previous = Counting(signal_at=6, number=number), signal.getsignal(number)
    with pytest.raises(SystemExit) as exit:
        run(stopped, checkpoint(tmp_path))
    assert exit.value.code == STOPPED and stopped.seen == list(range(7)), "the step in progress is finished first"
    assert signal.getsignal(number) is previous
    torch.manual_seed(99)
    continued = Counting()
    run(continued, checkpoint(tmp_path))
    assert continued.seen == list(range(7, 30))
    assert torch.equal(continued.total, whole.total)


def test_checkpoints_come_by_time(tmp_path: Path) -> None:
    run(Counting(steps=3), checkpoint(tmp_path, every_s=1e9))
    assert not list(tmp_path.iterdir())
    run(Counting(steps=3), checkpoint(tmp_path, every_s=1e-9))
    saved = checkpoint(tmp_path).load()
    assert saved is not None and saved["step"] == 3
    assert [path.name for path in tmp_path.iterdir()] == [".model.safetensors.checkpoint"]


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), 1e4])
def test_divergence_stops_with_advice_and_saves_nothing(tmp_path: Path, loss: float) -> None:
    with pytest.raises(UserError, match=r"diverged.*after step 1\b[\s\S]*counting[\s\S]*lower learning_rate"):
        run(Counting(loss=loss), checkpoint(tmp_path, every_s=1e-9))
    assert not list(tmp_path.iterdir())


def test_divergence_is_seen_without_checkpoints_too(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="diverged"):
        run(Counting(steps=5, loss=float("nan")), checkpoint(tmp_path))


def test_a_checkpoint_of_another_job_is_not_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint(tmp_path, "one").save({"step": 1})
    assert checkpoint(tmp_path, "one").load() == {"step": 1}
    assert checkpoint(tmp_path, "other").load() is None
    assert "another spec or other inputs" in capsys.readouterr().err


def test_a_damaged_checkpoint_is_not_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = checkpoint(tmp_path)
    saved.save({"weights": torch.zeros(1000)})
    saved.path.write_bytes(saved.path.read_bytes()[:500])
    assert saved.load() is None
    assert "cannot be read" in capsys.readouterr().err


def test_a_save_that_fails_leaves_the_previous_checkpoint(tmp_path: Path) -> None:
    saved = checkpoint(tmp_path)
    saved.save({"step": 1})
    with pytest.raises(Exception, match="pickle"):
        saved.save({"step": 2, "not for pickles": lambda: None})
    assert checkpoint(tmp_path).load() == {"step": 1}
    saved.remove()
    assert not list(tmp_path.iterdir())


def test_the_first_of_two_signals_counts() -> None:
    with StopRequest() as stop:
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.signal == signal.SIGUSR1


def test_a_key_depends_on_the_whole_spec_and_on_what_is_in_the_inputs(tmp_path: Path) -> None:
    def key(content: str, raw: dict[str, Any]) -> str:
        (tmp_path / "scenes").write_text(content)
        return key_of(Job(Files({"scenes": [tmp_path / "scenes"]}, "input"), Files({}, "output"), Strict(), raw))

    first = key("a", {"seed": 1, "code": {"loop": "x"}})
    assert key("a", {"code": {"loop": "x"}, "seed": 1}) == first
    assert len({first, key("b", {"seed": 1, "code": {"loop": "x"}}), key("a", {"seed": 1, "code": {"loop": "y"}})}) == 3
