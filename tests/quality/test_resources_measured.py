"""The resources that rules ask for in the first attempt, against those that their jobs were measured to take
(benchmarks/records)."""

import re
from pathlib import Path

import pytest

from vitatlas.commands.plan.records import FOLDER, largest_memory, longest_time

ROOT = Path(__file__).resolve().parents[2]
MARGIN = 1.2
MEMORY, SECONDS = largest_memory(ROOT / FOLDER), longest_time(ROOT / FOLDER)


def stated(resource: str) -> dict[str, int]:
    """The amount that each rule states for `mem_mb` (MB) or `runtime` (minutes)."""
    found = {}
    for path in sorted((ROOT / "rules").rglob("*.smk")):
        for block in re.split(r"^(?=rule \w+:)", path.read_text(), flags=re.MULTILINE)[1:]:
            number = re.search(rf"^        {resource}=(?:growing\()?(\d+)", block, re.MULTILINE)
            if number:
                found[re.match(r"rule (\w+):", block)[1]] = int(number[1])
    return found


MEM_MB, RUNTIME = stated("mem_mb"), stated("runtime")


def test_rules_and_records_are_found():
    assert len(MEM_MB) >= 10 and MEM_MB.keys() == RUNTIME.keys()
    assert len(MEMORY.keys() & MEM_MB.keys()) >= 8


@pytest.mark.parametrize("rule", sorted(MEMORY.keys() & MEM_MB.keys()))
def test_a_rule_asks_for_more_memory_than_was_measured(rule):
    assert MEM_MB[rule] >= MARGIN * MEMORY[rule], (
        f"rule {rule} asks for {MEM_MB[rule]} MB; its largest recorded job held {MEMORY[rule]:.0f} MB, "
        f"so it should ask for at least {MARGIN * MEMORY[rule]:.0f}"
    )


@pytest.mark.parametrize("rule", sorted(SECONDS.keys() & RUNTIME.keys()))
def test_a_rule_asks_for_more_time_than_was_measured(rule):
    assert 60 * RUNTIME[rule] >= MARGIN * SECONDS[rule], (
        f"rule {rule} asks for {RUNTIME[rule]} minutes; its longest recorded job took {SECONDS[rule]:.0f} s"
    )
