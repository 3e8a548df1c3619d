"""Progress that reads well on a terminal and in a log file."""

from __future__ import annotations

import sys
import time
from typing import Any

from tqdm import tqdm


class Progress:
    """Counts work done: a bar on a terminal, a plain line every few seconds elsewhere.

    Use as a context manager. `unit` is what is counted ("img", "step"); the rate and the time left follow from it.

    Args:
        total: How many units there are.
        title: What is being done, in a few words.
        unit: The unit's name.
        done: Units finished before this process (a resumed job); they do not count into the rate.
        every: Seconds between plain lines.
    """

    def __init__(self, total: int, title: str, unit: str = "img", done: int = 0, every: float = 10.0):
        self.total, self.title, self.unit, self.done, self.every = total, title, unit, done, every
        self.first, self.started, self.said = done, time.monotonic(), time.monotonic()
        self.bar = tqdm(total=total, initial=done, desc=title, unit=unit) if sys.stderr.isatty() else None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()
        else:
            self._line()

    def step(self, count: int, **figures: Any) -> None:
        """Report `count` more units done, with figures worth seeing beside them (loss=…, accuracy=…)."""
        self.done += count
        if self.bar is not None:
            self.bar.set_postfix(figures, refresh=False)
            self.bar.update(count)
        elif time.monotonic() - self.said >= self.every:
            self._line(**figures)

    def _line(self, **figures: Any) -> None:
        self.said = time.monotonic()
        rate = (self.done - self.first) / max(self.said - self.started, 1e-9)
        left = (self.total - self.done) / rate if rate > 0 else float("nan")
        extra = "".join(f" {k}={v}" for k, v in figures.items())
        print(
            f"{self.title}: {self.done}/{self.total} {self.unit}, {rate:.0f} {self.unit}/s, {left:.0f} s left{extra}",
            file=sys.stderr,
            flush=True,
        )
