"""vit-atlas: from configuration to the figures and tables of the papers.

The tier (`--config tier=smoke|demo|paper`, default demo) says how large everything is; the registry in
`config/artifacts/` says which artifacts there are. Ask for all of them, or for one by its name:

    snakemake --cores all
    snakemake --cores all figure_02
    snakemake --cores all results/demo/figures/relations/figure_02.pdf
    snakemake --cores all relations
"""

from snakemake.utils import min_version

min_version("9.27")


include: "rules/common.smk"


pathvars:
    results=f"results/{atlas.config.tier}",
    logs=f"results/{atlas.config.tier}/logs",
    benchmarks=f"results/{atlas.config.tier}/benchmarks",


report: "workflow/report/workflow.rst"


wildcard_constraints:
    task="|".join(TASKS),
    setting="|".join(SETTINGS),
    seed=r"\d+",
    model=r"[\w-]+",
    auxiliary=r"[\w-]+",
    geometry=r"\w+",
    canvas=r"\d+",
    shard=r"\d+",


rule all:
    """Every artifact of the tier, the page that says what is covered, what the jobs took, and a page of each paper."""
    default_target: True
    input:
        atlas.outputs(),
        "<results>/coverage.md",
        "<results>/coverage.html",
        "<results>/compute.csv",
        expand("<results>/report/{paper}.html", paper=atlas.registries),


rule coverage:
    """Which figures and tables are made, which are not, and why: the page alone, as Markdown and HTML."""
    input:
        "<results>/coverage.md",
        "<results>/coverage.html",


for paper in atlas.registries:

    rule:
        name:
            paper
        input:
            atlas.outputs(paper),


for artifact in atlas.artifacts():

    rule:
        name:
            artifact.name
        input:
            atlas.outputs_of(artifact),


include: "rules/stimuli.smk"
include: "rules/export.smk"
include: "rules/weights.smk"
include: "rules/finetune.smk"
include: "rules/auxiliary.smk"
include: "rules/attention.smk"
include: "rules/counterfactuals.smk"
include: "rules/das.smk"
include: "rules/departures.smk"
include: "rules/probes.smk"
include: "rules/photoreal.smk"
include: "rules/figures.smk"
include: "rules/tables.smk"
include: "rules/verdicts.smk"
include: "rules/invariants.smk"
include: "rules/tutorial.smk"
include: "rules/report.smk"


check_targets(atlas, sys.argv, [rule.name for rule in workflow.rules])
