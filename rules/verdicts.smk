"""Published numbers, and what our results say of them and of the paper's claims.

Inputs: `config/published/<paper>.yaml` and the analysis tables of the tier's artifacts. Outputs:
`<results>/analysis/<paper>/published/numbers.parquet`, which figures read; `<results>/verdicts/<paper>.{csv,md,svg}`; and
`<results>/verdicts/<paper>_null.{csv,md}`: how often each claim passes on tables in which there is nothing to find.
"""


rule published:
    """Put the numbers that a paper published into a table."""
    input:
        published=ancient("config/published/{paper}.yaml"),
    output:
        table="<results>/analysis/{paper}/published/numbers.parquet",
    log:
        "<logs>/published/{paper}.log",
    benchmark:
        "<benchmarks>/published/{paper}.tsv"
    wildcard_constraints:
        paper=PAPER,
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.specs.published,
    shell:
        "python workflow/scripts/published.py --input published {input.published}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule null_calibration:
    """Try the judge on tables that hold nothing: flat, noisy and shuffled ones. How often does each claim pass?"""
    input:
        published=ancient("config/published/{paper}.yaml"),
        tables=atlas.judged_tables,
    output:
        csv="<results>/verdicts/{paper}_null.csv",
        md=report(
            "<results>/verdicts/{paper}_null.md",
            caption="../workflow/report/null.rst",
            category="{paper}",
            subcategory="verdicts",
            labels={"artifact": "null calibration", "title": "What passes by chance"},
        ),
    log:
        "<logs>/null_calibration/{paper}.log",
    benchmark:
        "<benchmarks>/null_calibration/{paper}.tsv"
    wildcard_constraints:
        paper=PAPER,
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.specs.null_calibration,
    shell:
        "python workflow/scripts/{wildcards.paper}/null_calibration.py --input published {input.published}"
        " --input tables {input.tables}"
        " --output csv {output.csv} --output md {output.md}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule verdicts:
    """Judge every claim and number of a paper: does ours show it, in part, not, or was it not measured well enough?"""
    input:
        published=ancient("config/published/{paper}.yaml"),
        template=ancient(BADGE_TEMPLATE),
        null="<results>/verdicts/{paper}_null.csv",
        tables=atlas.judged_tables,
    output:
        csv=report(
            "<results>/verdicts/{paper}.csv",
            caption="../workflow/report/verdicts.rst",
            category="{paper}",
            subcategory="verdicts",
            labels={"artifact": "verdicts", "title": "What was reproduced"},
        ),
        md="<results>/verdicts/{paper}.md",
        svg=report(
            "<results>/verdicts/{paper}.svg",
            caption="../workflow/report/verdicts.rst",
            category="{paper}",
            subcategory="verdicts",
            labels={"artifact": "badge", "title": "What was reproduced, in one line"},
        ),
    log:
        "<logs>/verdicts/{paper}.log",
    benchmark:
        "<benchmarks>/verdicts/{paper}.tsv"
    wildcard_constraints:
        paper=PAPER,
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.specs.verdicts,
    shell:
        "python workflow/scripts/{wildcards.paper}/verdicts.py --input published {input.published}"
        " --input template {input.template} --input null {input.null} --input tables {input.tables}"
        " --output csv {output.csv} --output md {output.md} --output svg {output.svg}"
        " --spec {params.spec:q} --log {log} &> {log}"
