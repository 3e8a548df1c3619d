"""Builders of the specs of rules that look into models."""

from __future__ import annotations

from typing import Any

from vitatlas.paper.specs import builder
from vitatlas.relations.attention.spec import AttentionSpec, WalkthroughSpec
from vitatlas.relations.config.probe import PROBED
from vitatlas.relations.das.spec import DasSpec, FlowSpec
from vitatlas.relations.departures.spec import DeparturesSpec
from vitatlas.relations.novel.spec import NovelSpec
from vitatlas.relations.probes.spec import ProbeSpec
from vitatlas.relations.settings import RelationsSettings


@builder(gpu=True)
def attention(of: RelationsSettings, wildcards: Any) -> AttentionSpec:
    """The spec of rule `attention`."""
    return AttentionSpec(
        **of.analysed(wildcards),
        runs=of.own.runs_of(wildcards.model),
        shared_below=of.shared_below(wildcards),
        seed=of.seed("attention", wildcards.task, wildcards.setting),
        **_images(of, "attention"),
    )


@builder(gpu=True)
def attention_auxiliary(of: RelationsSettings, wildcards: Any) -> AttentionSpec:
    """The spec of rule `attention_auxiliary`."""
    variants, runs = zip(*of.own.auxiliary.all_runs(wildcards.task), strict=True)
    return AttentionSpec(
        **of.analysed(wildcards),
        runs=list(runs),
        variants=list(variants),
        seed=of.seed("attention", wildcards.task, wildcards.setting),
        **_images(of, "attention_auxiliary"),
    )


@builder(gpu=True)
def walkthrough(of: RelationsSettings, wildcards: Any) -> WalkthroughSpec:
    """The spec of rule `walkthrough`."""
    return WalkthroughSpec(
        **of.analysed(wildcards),
        run=of.own.runs_of(wildcards.model)[0],
        first_layer=of.annex(wildcards.model).first_layer_for_peaks,
        heads=of.own.attention.walkthrough_heads.get(wildcards.model),
        noise_std=of.own.stimuli.noise_std,
        compute=of.config.compute_of("walkthrough"),
    )


@builder(gpu=True, size=("search", "epochs"))
def das(of: RelationsSettings, wildcards: Any) -> DasSpec:
    """The spec of rule `das`."""
    return DasSpec(
        **_perceptual(of, wildcards, "das"),
        run=int(wildcards.run),
        search=of.own.das.search(wildcards.setting),
        mode=of.own.protocol.mode,
    )


@builder(gpu=True)
def novel(of: RelationsSettings, wildcards: Any) -> NovelSpec:
    """The spec of rule `novel`."""
    return NovelSpec(
        **_perceptual(of, wildcards, "novel"),
        **_exchanges(of, wildcards),
        draws=of.own.das.draws,
        shared=of.own.das.batch,
        novel_draws=of.own.protocol.novel_draws,
    )


@builder(gpu=True)
def information_flow(of: RelationsSettings, wildcards: Any) -> FlowSpec:
    """The spec of rule `information_flow`."""
    return FlowSpec(**_perceptual(of, wildcards, "information_flow"), **_exchanges(of, wildcards))


@builder(gpu=True)
def probe(of: RelationsSettings, wildcards: Any) -> ProbeSpec:
    """The spec of rule `probe`."""
    return ProbeSpec(
        **_perceptual(of, wildcards, "probe"),
        runs=of.own.runs_of(wildcards.model),
        probe=of.own.probe,
        sites=of.own.protocol.sites,
    )


@builder(gpu=True)
def departures(of: RelationsSettings, wildcards: Any) -> DeparturesSpec:
    """The spec of rule `departures`: whatever the switches say, it compares both positions of each."""
    annex, das = of.annex(wildcards.model), of.own.das
    return DeparturesSpec(
        **_perceptual(of, wildcards, "departures"),
        runs=of.perceptual_runs(wildcards),
        draws=das.draws,
        search=das.search(wildcards.setting),
        statistics=annex.reference_preprocessing or of.zoo.models[wildcards.model].preprocessing,
        probe=of.own.probe if wildcards.task == PROBED else None,
        search_runs=of.own.departures.search_runs,
        around=of.own.departures.around,
    )


def _perceptual(of: RelationsSettings, wildcards: Any, rule: str) -> dict[str, Any]:
    return of.analysed(wildcards) | {
        "seed": of.config.seed,
        "noise_std": of.own.stimuli.noise_std,
        "shared_below": of.shared_below(wildcards),
        "compute": of.config.compute_of(rule),
    }


def _exchanges(of: RelationsSettings, wildcards: Any) -> dict[str, Any]:
    """All runs of a cell, without what only the search depends on."""
    das = of.own.das
    return {"runs": of.perceptual_runs(wildcards), "properties": das.properties, "batch": das.evaluation_batch}


def _images(of: RelationsSettings, rule: str) -> dict[str, Any]:
    return {
        "images_per_class": of.own.attention.images_per_class,
        "batch": of.own.attention.batch,
        "noise_std": of.own.stimuli.noise_std,
        "compute": of.config.compute_of(rule),
    }
