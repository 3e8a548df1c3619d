"""Claims of place: at which layer curves are highest.

A curve's place is known as a set of layers: those that are not surely lower than its highest one, by the interval over
runs and images. What is claimed of places must hold for every choice from these sets. Layers that tie are all in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

from vitatlas.errors import UserError
from vitatlas.verdicts import selections
from vitatlas.verdicts.claim_schema import Peak
from vitatlas.verdicts.differences import Difference, between
from vitatlas.verdicts.finding import Finding, Names, held
from vitatlas.verdicts.measured import Curve, Readings
from vitatlas.verdicts.taken import SLACK, Taken
from vitatlas.verdicts.words import FAILS, HOLDS, ONE_RUN, PARTLY, SCATTERED, Verdict, layers_in_words


@dataclass(frozen=True)
class Place:
    """Where a curve is highest, or first comes near to that.

    Attributes:
        ties: Of the mean over runs; several where layers tie.
        possible: All layers where it may be.
        copied: Whether all runs share the weights there.
    """

    ties: tuple[int, ...]
    possible: tuple[int, ...]
    copied: bool

    @property
    def text(self) -> str:
        """The layer, with the others where it may be: "2 (or 3)"."""
        others = [str(layer) for layer in self.possible if layer not in self.ties]
        return " and ".join(map(str, self.ties)) + (f" (or {', '.join(others)})" if others else "")


def peak(claim: Peak, readings: Readings, names: Names) -> Finding:
    """Its way: of an order of several, that some are surely in order, and none surely in the reverse."""
    curves = [_curve(claim, curve, readings) for curve in claim.curves]
    places = [place(curve, near.ceiling) for curve, near in zip(curves, claim.curves, strict=True)]
    layers = max(curve.layers[-1] for curve in curves) + 1
    runs = 1 if any(found.copied for found in places) else min(len(curve.runs) for curve in curves)
    verdict = _verdict(claim, places, layers, runs)
    text = layers_in_words([_label(curve) for curve in claim.curves], [found.text for found in places], layers)
    told = verdict in (HOLDS, ONE_RUN, FAILS)
    return Finding(verdict, text, runs=runs, remark="" if told else "layers that may be the highest overlap")


def place(curve: Curve, ceiling: float | None) -> Place:
    """Where a curve of several runs is highest, or where it first comes within `ceiling` of that."""
    means = curve.value.mean(axis=0)
    best = int(means.argmax())
    below = [_below(curve, best, at) for at in range(len(means))]
    reach = SLACK + (ceiling or 0.0)
    ties = [at for at, found in enumerate(below) if found.mean <= reach]
    possible = [at for at, found in enumerate(below) if found.low <= reach]
    if ceiling is not None:
        surely = next(at for at, found in enumerate(below) if found.high <= reach)
        ties, possible = ties[:1], [at for at in possible if at <= surely]
    layers = curve.layers
    copied = all(bool(curve.copied[at]) for at in possible)
    return Place(tuple(layers[at] for at in ties), tuple(layers[at] for at in possible), copied)


def _below(curve: Curve, best: int, at: int) -> Difference:
    """By how much a layer is lower than the best one."""
    sides = (Taken(curve.model, curve.runs, curve.value[:, one], curve.error[:, one]) for one in (best, at))
    upper, lower = sides
    if best == at:  # the same numbers: no image tells them apart
        zero = 0 * upper.error
        upper, lower = (Taken(curve.model, curve.runs, upper.value, zero) for _ in range(2))
    return between(upper, lower)


def _curve(claim: Peak, curve: selections.Curve, readings: Readings) -> Curve:
    found = list(readings.curves(claim.of.given() | curve.given()).values())
    if len(found) > 1:
        problem = f"the claim '{claim.id}' asks where curves of several models are highest"
        raise UserError(problem, where="config/published", remedy="name one model")
    return found[0]


def _label(curve: selections.Curve) -> str:
    """The first word by which the curve is told from others; `best` of the only one."""
    return next((value for value in curve.given().values() if isinstance(value, str)), "best")


def _verdict(claim: Peak, places: Sequence[Place], layers: int, runs: int) -> Verdict:
    if claim.in_order:
        return _denial(places, runs) if claim.denied else _in_order(places, runs)
    choices = list(product(*(found.possible for found in places)))
    if all(_holds(claim, choice, layers) for choice in choices):
        return held(runs)
    ties = product(*(found.ties for found in places))
    return SCATTERED if all(_holds(claim, choice, layers) for choice in ties) else FAILS


def _holds(claim: Peak, places: Sequence[int], layers: int) -> bool:
    """Of a range of depth, or of two places that are to be the same."""
    depths = [(layer + 1) / layers for layer in places]
    if claim.depth is not None:
        return claim.depth[0] - SLACK <= depths[0] <= claim.depth[1] + SLACK
    return abs(depths[0] - depths[1]) <= (claim.together or 0.0) + SLACK


def _in_order(places: Sequence[Place], runs: int) -> Verdict:
    if all(_surely_before(first, second) for first, second in pairwise(places)):
        return held(runs)
    pairs = list(combinations(places, 2))
    reverse = any(_surely_before(second, first) for first, second in pairs)
    if any(_surely_before(first, second) for first, second in pairs) and not reverse:
        return PARTLY
    return SCATTERED if _rising(places) else FAILS


def _denial(places: Sequence[Place], runs: int) -> Verdict:
    """Of the order: it holds where one is surely not before the next."""
    if any(min(first.possible) >= max(second.possible) for first, second in pairwise(places)):
        return held(runs)
    return FAILS if _rising(places) else SCATTERED


def _surely_before(first: Place, second: Place) -> bool:
    return max(first.possible) < min(second.possible)


def _rising(places: Sequence[Place]) -> bool:
    return all(max(first.ties) < min(second.ties) for first, second in pairwise(places))
