"""Invariants: what must hold of a tier's finished tables, whatever the models have learned.

Inputs: the analyses that artifacts show, and the files that these rest on. Outputs:
`<results>/verdicts/<paper>_invariants.{csv,md}`. A violated invariant stops nothing; the report shows it in red.
"""


rule invariants:
    """Check every invariant on the tables of one paper."""
    input:
        unpack(atlas.checked_tables),
    output:
        csv=report(
            "<results>/verdicts/{paper}_invariants.csv",
            caption="../workflow/report/invariants.rst",
            category="{paper}",
            subcategory="verdicts",
            labels={"artifact": "invariants", "title": "What must hold of the tables, and whether it did"},
        ),
        md="<results>/verdicts/{paper}_invariants.md",
    log:
        "<logs>/invariants/{paper}.log",
    benchmark:
        "<benchmarks>/invariants/{paper}.tsv"
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
        spec=atlas.invariants_spec,
    shell:
        "python workflow/scripts/{wildcards.paper}/invariants.py --input analyses {input.analyses}"
        " --input rests_on {input.rests_on}"
        " --output csv {output.csv} --output md {output.md} --spec {params.spec:q} --log {log} &> {log}"
