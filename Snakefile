"""vit-atlas: from configuration to the figures and tables of the papers.

The tier (`--config tier=smoke|demo|paper`, default demo) says how large everything is; the registries in
`config/artifacts/` say which artifacts there are. Ask for all of them, for a paper, or for one artifact by its name:

    snakemake --cores all
    snakemake --cores all relations
    snakemake --cores all relations_figure_02
    snakemake --cores all results/demo/figures/relations/figure_02.pdf

The short name, `figure_02`, does while one paper alone has it.
"""

from snakemake.utils import min_version

min_version("9.27")


include: "rules/common.smk"


pathvars:
    results=f"results/{atlas.config.tier}",
    logs=f"results/{atlas.config.tier}/logs",
    benchmarks=f"results/{atlas.config.tier}/benchmarks",


report: "workflow/report/workflow.rst"


rule all:
    """Every artifact of the tier, the page that says what is covered, what the jobs took, and a page of each paper."""
    default_target: True
    input:
        atlas.outputs,
        "<results>/coverage.md",
        "<results>/coverage.html",
        "<results>/compute.csv",
        expand("<results>/report/{paper}.html", paper=atlas.rooms),


rule coverage:
    """Which figures and tables are made, which are not, and why: the page alone, as Markdown and HTML."""
    input:
        "<results>/coverage.md",
        "<results>/coverage.html",


for room in atlas.rooms.values():

    rule:
        name:
            room.name
        input:
            room.outputs,


for artifact in atlas.artifacts:

    rule:
        name:
            artifact.target
        input:
            atlas.outputs_of(artifact),


for name, artifact in atlas.short_names.items():

    rule:
        name:
            name
        input:
            atlas.outputs_of(artifact),


for paper, files in atlas.tutorials.items():

    rule:
        name:
            f"{paper}_tutorial"
        input:
            files,


if len(atlas.tutorials) == 1:

    rule:
        name:
            "tutorial"
        input:
            *atlas.tutorials.values(),


include: "rules/weights.smk"
include: "rules/figures.smk"
include: "rules/tables.smk"
include: "rules/verdicts.smk"
include: "rules/invariants.smk"
include: "rules/tutorial.smk"
include: "rules/report.smk"


for file in atlas.rule_files:

    include: file


look_for_targets(atlas, [rule.name for rule in workflow.rules])


onsuccess:
    print(where(Path(atlas.results), atlas.rooms), file=sys.stderr)
