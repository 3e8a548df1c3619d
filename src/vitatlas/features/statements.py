"""The paper's statements and their controls, each beside the two numbers that it is about, for the tutorial's end.

Verdicts say more, with intervals (`config/published/features.yaml`); here is what the tutorial's own tables hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from vitatlas.artifacts.story import Story
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.means import FIRST, LAST, Mean, Row, exactly, mean_of, order


class Networks(NamedTuple):
    """The titles of the networks that statements are about.

    Attributes:
        labels, captions: Transformers, by what they were taught.
        names: Where the network of captions started.
        convolutional: For comparison.
        untrained: The control with random weights.
    """

    labels: str
    captions: str
    names: str
    convolutional: str
    untrained: str


class Shown(NamedTuple):
    """The numbers that figures and tables of the tutorial show, as their `values` return them.

    Attributes:
        shares: Of figure `attribute_shares`; local: of `locality`; places: of `sites`; tokens: of table
            `token_accuracy`; grounds: of figure `reliance`; passed: of `low_pass`; named: of `concept_units`; motions:
            of `moved`.
    """

    shares: pd.DataFrame
    local: pd.DataFrame
    places: pd.DataFrame
    tokens: pd.DataFrame
    grounds: pd.DataFrame
    passed: pd.DataFrame
    named: pd.DataFrame
    motions: pd.DataFrame


def networks(story: Story[ArtifactSpec]) -> Networks:
    """The story's networks by their parts in it. In a tier with few networks one has several parts."""
    by_depth, concepts = (story.artifact(name).panels for name in ("extra_progression", "extra_concepts"))
    return Networks(
        labels=by_depth[0].title,
        captions=concepts[0].title,
        names=concepts[1].title,
        convolutional=by_depth[1].title,
        untrained=by_depth[-1].title,
    )


def statements(shown: Shown, of: Networks) -> pd.DataFrame:
    """The statements in the tutorial's order, a row each; rows that begin with "control" belong to the one above."""
    rows = [*_by_depth(shown.shares, of), *_maps(shown.local, of), *_places(shown.places), *_last_layer(shown.tokens)]
    rows += [*_grounds(shown.grounds, of), *_frequencies(shown.passed, of), *_captions(shown.named, of)]
    return pd.DataFrame([*rows, *_moved(shown.motions, of)]).set_index("statement")


def _by_depth(shares: pd.DataFrame, of: Networks) -> Iterator[Row]:
    def category(end: str, quantity: str, title: str) -> Mean:
        return mean_of(shares, end, attribute="category", quantity=quantity, title=title)

    late, early = (category(end, "share_of_eta2", of.labels) for end in (LAST, FIRST))
    yield order("early to late: the category's share in what units tell is larger in the last layer", late, early)
    explained = [category(LAST, "eta2", title) for title in (of.labels, of.untrained)]
    yield order("control: the last layer tells more of the category than with random weights", *explained)


def _maps(local: pd.DataFrame, of: Networks) -> Iterator[Row]:
    def uneven(end: str, title: str) -> Mean:
        return mean_of(local, end, quantity="variation", control="", chosen="random", title=title)

    last = uneven(LAST, of.labels)
    yield order("maps are more uneven in the first layer than in the last", uneven(FIRST, of.labels), last)
    yield order("control: maps of the last layer are more uneven with random weights", uneven(LAST, of.untrained), last)
    peaks = [mean_of(local, quantity="pointing", control=name, title=of.labels) for name in ("", "shuffled")]
    yield order("units peak on the object, more often than (control) on the objects of their other pictures", *peaks)


def _places(places: pd.DataFrame) -> Iterator[Row]:
    def high(site: str, units: str) -> Mean:
        return mean_of(places, part="measure", quantity="high_frequency", site=site, weight_units=units)

    statement = "pictures for keys hold more high frequencies than those for the feed-forward layer"
    yield order(f"{statement} (weight in activation)", *(high(site, "activation") for site in ("attn.k", "mlp.act")))
    fair = [high(site, "sd") for site in ("attn.k", "mlp.act")]
    yield order("control: also with the weight per standard deviation", *fair)


def _last_layer(tokens: pd.DataFrame) -> Iterator[Row]:
    def top1(quantity: str) -> Mean:
        return mean_of(tokens, quantity=quantity, measure="top1")

    natural = tokens[(tokens["quantity"] == "natural") & (tokens["measure"] == "top1")]
    halfway = exactly(float((natural["value"] + natural["chance"]).mean() / 2))
    statement = "a class token that meets patches in the last block alone keeps half of what is above chance"
    yield order(statement, top1("isolating_cls"), halfway)
    yield order(
        "the head on any patch of the last layer keeps half of what is above chance", top1("patch_average"), halfway
    )


def _grounds(grounds: pd.DataFrame, of: Networks) -> Iterator[Row]:
    def kept(fill: str, title: str) -> Mean:
        return mean_of(grounds, what="accuracy", shown="background", mask="boxes", fill=fill, title=title)

    both = (of.labels, of.convolutional)
    statement = "on backgrounds, the transformer keeps more than the convolutional network (boxes, black)"
    yield order(statement, *(kept("black", title) for title in both))
    yield order("control: also with the mean colour", *(kept("mean", title) for title in both))
    gained = mean_of(grounds, what="gain", shown="scene", title=of.labels)
    yield order("control: a place that goes with the class adds something", gained, exactly(0))


def _frequencies(passed: pd.DataFrame, of: Networks) -> Iterator[Row]:
    both = (of.labels, of.convolutional)
    areas = [mean_of(passed, measure="area", filter="ideal", title=title) for title in both]
    yield order("without high frequencies, the transformer keeps more than the convolutional network", *areas)


def _captions(named: pd.DataFrame, of: Networks) -> Iterator[Row]:
    def selective(title: str) -> Mean:
        return mean_of(named, quantity="share_selective", attribute="color", title=title)

    captions = selective(of.captions)
    statement = "more units respond to one colour after captions than after labels of categories"
    yield order(statement, captions, selective(of.labels))
    yield order("control: than after the labels that came before the captions", captions, selective(of.names))


def _moved(motions: pd.DataFrame, of: Networks) -> Iterator[Row]:
    def stays(title: str) -> tuple[Mean, Mean]:
        shifted, turned = (
            mean_of(motions, what="ratio", motion=name, title=title) for name in ("translation", "rotation")
        )
        return shifted, turned

    yield order("more stays of scores on shifted pictures than on turned ones", *stays(of.labels))
    gaps = [shifted.minus(turned) for shifted, turned in map(stays, (of.labels, of.untrained))]
    yield order("control: the difference is larger than with random weights", *gaps)
