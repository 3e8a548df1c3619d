"""What a decomposition costs: what is measured, and by which clock."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import torch
from decomposed import images_of, shared
from memory import linux, numbers_of

from vitatlas.components.decompose import Decomposer
from vitatlas.components.numerics import throughput as module
from vitatlas.components.numerics.clock import clock_of, peak_mib, seconds
from vitatlas.components.numerics.throughput import throughput

CPU = torch.device("cpu")
ALL = ["forward", "components", "tokens"]


def measured(kind: str = "vit", rounds: int = 2) -> pd.DataFrame:
    of = Decomposer(shared(kind))
    return throughput(of, images_of(of.encoder, 3), rounds, seed=0)


def test_each_round_times_all_things_in_turn() -> None:
    table = measured(rounds=4)
    rates = table[table["quantity"] == "rate"]
    assert rates["what"].tolist() == ALL * 4
    assert rates["round"].tolist() == np.repeat(range(4), 3).tolist()
    assert (rates["value"] > 0).all()


def test_rates_are_pictures_over_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "seconds", lambda _call, _device: 0.25)
    table = measured()
    assert set(table.loc[table["quantity"] == "rate", "value"]) == {12.0}
    assert table[["batch", "clock"]].drop_duplicates().to_numpy().tolist() == [[3, "cpu"]]


def test_nothing_is_timed_that_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call of each thing is thrown away."""
    called: list[str] = []
    calls = {name: lambda name=name: called.append(name) for name in ALL}
    monkeypatch.setattr(module, "_calls", lambda *_: calls)
    before: list[int] = []
    real = module.seconds

    def timed(call: Callable[[], object], device: torch.device) -> float:
        before.append(len(called))
        return real(call, device) + 1

    monkeypatch.setattr(module, "seconds", timed)
    measured(rounds=2)
    assert before[0] == 3


def test_stored_bytes_are_those_of_an_array_of_components() -> None:
    of = Decomposer(shared("vit"))
    vectors = of(images_of(of.encoder, 1))[1].numpy()[0]
    stored = measured().query("quantity == 'stored'").set_index("what")["value"]
    assert stored.to_dict() == {name: vectors.astype(name).nbytes for name in ("float32", "float16")}


def test_heads_that_cannot_be_split_are_not_timed_by_token() -> None:
    assert set(measured("gated")["what"]) == {"forward", "components", "float32", "float16"}


def test_waiting_costs_nothing_on_a_processor() -> None:
    assert clock_of(CPU) == "cpu" and clock_of(torch.device("cuda")) == "wall"
    assert seconds(lambda: time.sleep(0.2), CPU) < 0.1
    assert seconds(lambda: sum(range(3_000_000)), CPU) > 0.01


PEAK = """
import torch
from vitatlas.components.numerics.clock import peak_mib
torch.ones(2**18 * 400).sum()
print(*(int(peak_mib(lambda: torch.ones(2**18 * size).sum(), torch.device("cpu"))) for size in (64, 200, 0)))
"""


@linux
def test_memory_is_that_of_the_call_and_not_of_what_went_before() -> None:
    small, large, none = numbers_of(PEAK)
    assert 60 <= small <= 80 and 190 <= large <= 220 and 0 <= none <= 10


def test_memory_is_not_known_where_the_system_does_not_say(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from vitatlas.components.numerics import clock

    monkeypatch.setattr(clock, "RESET", (clock.STATUS / "none", "5"))
    assert np.isnan(peak_mib(lambda: None, CPU))
