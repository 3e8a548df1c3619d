"""The page of the ledger of departures, as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping

from vitatlas.artifacts.ledger import KINDS, Effects, Entry, Ledger, Measured, Theme

INTRODUCTION = """\
# Departures

<!-- Generated from config/departures and docs/evidence/departures/relations.csv by `make docs`; edit them there. -->

What the paper leaves open or its authors' code does otherwise, what this project does, and why. {switches} of these
points are switches under `protocol:` in the configuration, so that either way can be had and compared; their measured
effects stand beside them.

*The paper* is what we have of it: its captions and descriptions of its method; where nothing is said here, its full
text may say more. *The code* is [{reference}](https://github.com/{reference}). What it did is what its source says, or,
where this is marked as a guess, what fits its published numbers.
"""

TIER = (
    "Effects are those of the tier “{tier}” (commit {commit}), measured by `extra_departures`: one switch at a time, "
    "all others corrected. Its models are miniatures, so they show which way a departure works, not how far it goes in "
    "the paper's models.\n"
)


def page(ledger: Ledger, effects: Effects, words: Mapping[str, str]) -> str:
    """The text of `docs/departures/relations.md`.

    Args:
        words: How values of the paper's keys are called.
    """
    switches = sum(entry.switch is not None for entry in ledger.entries)
    lines = [INTRODUCTION.format(reference=ledger.reference, switches=switches)]
    lines += [TIER.format(tier=effects.tier, commit=effects.commit)]
    lines += _overview(ledger)
    for theme in ledger.themes:
        lines += _theme(theme, effects, words)
    return "\n".join(lines).rstrip("\n") + "\n"


def _overview(ledger: Ledger) -> list[str]:
    numbers = [sum(entry.kind == kind for entry in ledger.entries) for kind in KINDS]
    counts = ", ".join(f"{number} × {words}" for number, words in zip(numbers, KINDS.values(), strict=True))
    lines = [f"{len(ledger.entries)} points: {counts}.\n", "| | point | | switch |", "|---|---|---|---|"]
    for theme in ledger.themes:
        for number, entry in enumerate(theme.entries):
            name = theme.name if number == 0 else ""
            switch = f"`protocol.{entry.switch}`" if entry.switch else ""
            lines.append(f"| {name} | [{entry.title}](#{_anchor(entry.title)}) | {KINDS[entry.kind]} | {switch} |")
    return [*lines, ""]


def _theme(theme: Theme, effects: Effects, words: Mapping[str, str]) -> list[str]:
    lines = [f"## {theme.name}\n"]
    for entry in theme.entries:
        lines += [f"### {entry.title}\n", *_entry(entry), ""]
        if entry.switch:
            lines += [*_effect(entry.switch, effects, words), ""]
    return lines


def _entry(entry: Entry) -> list[str]:
    said = {"Paper": entry.paper, "Code": entry.reference, "Here": entry.ours, "Why": entry.why}
    lines = [f"- **{name}:** {words}" for name, words in said.items() if words]
    return lines + ([f"- **Switch:** `protocol: {{{entry.switch}: reference}}`"] if entry.switch else [])


def _effect(switch: str, effects: Effects, words: Mapping[str, str]) -> list[str]:
    found = effects.of(switch)
    if not found:
        return ["*Effect: not measured; `extra_departures` does not compare this switch.*"]
    lines = ["| model | on | quantity | corrected | reference | change |", "|---|---|---|---:|---:|---:|"]
    for effect in found:
        where = ", ".join(words.get(value, value) for value in effect.cell)
        values = f"{_value(effect.corrected)} | {_value(effect.reference)}"
        change = _signed(effect.reference.value - effect.corrected.value)
        lines.append(f"| {effect.model} | {where} | {effect.quantity} | {values} | {change} |")
    return [*lines, "", _runs({effect.runs for effect in found})]


def _value(measured: Measured) -> str:
    return f"{measured.value:.3f}" + ("" if math.isnan(measured.sd) else f" ± {measured.sd:.3f}")


def _signed(change: float) -> str:
    return "0" if round(change, 3) == 0 else f"{change:+.3f}".replace("-", "−")


def _runs(numbers: set[int]) -> str:
    if numbers == {1}:
        return "Shares of examples, in one fine-tuning run."
    words = " or ".join(map(str, sorted(numbers)))
    return f"Shares of examples, mean over {words} fine-tuning runs (± standard deviation)."


def _anchor(title: str) -> str:
    """The name of a heading in links, by the rules of the common Markdown renderers."""
    kept = "".join(character for character in title.lower() if character.isalnum() or character in " -_")
    return kept.replace(" ", "-")
