"""The table of what jobs took, and the page of each paper, which shows everything at one place.

Inputs: every artifact of the tier, so that the jobs before them have ended; the verdicts and invariants. Outputs:
`<results>/compute.{csv,md}`, `<results>/report/<paper>.html`.
"""


rule compute_table:
    """Sum up, by kind of job, what the jobs of the tier took, from the benchmark files that are there."""
    input:
        artifacts=atlas.outputs,
    output:
        csv=report(
            "<results>/compute.csv",
            caption="../workflow/report/compute.rst",
            category="compute",
            labels={"artifact": "compute", "title": "What the jobs took"},
        ),
        md="<results>/compute.md",
    log:
        "<logs>/compute.log",
    benchmark:
        "<benchmarks>/compute.tsv"
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.specs.compute_table,
    shell:
        "python workflow/scripts/compute_table.py"
        " --output csv {output.csv} --output md {output.md} --spec {params.spec:q} --log {log} &> {log}"


rule page:
    """One paper on one page that loads nothing else: verdicts, figures and tables, their numbers, what they took."""
    input:
        artifacts=atlas.paper_outputs,
        verdicts=atlas.verdicts_in("csv"),
        badge=atlas.verdicts_in("svg"),
        invariants=atlas.invariants_of,
        compute="<results>/compute.csv",
        linked="<results>/coverage.html",
        templates=ancient(TEMPLATES),
    output:
        html=report(
            "<results>/report/{paper}.html",
            caption="../workflow/report/page.rst",
            category="{paper}",
            subcategory="page",
            labels={"artifact": "page", "title": "Everything on one page"},
        ),
    log:
        "<logs>/page/{paper}.log",
    benchmark:
        "<benchmarks>/page/{paper}.tsv"
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
        spec=atlas.specs.page,
    shell:
        "python workflow/scripts/page.py --input artifacts {input.artifacts}"
        " --input verdicts {input.verdicts} --input badge {input.badge} --input invariants {input.invariants}"
        " --input compute {input.compute} --input templates {input.templates}"
        " --input linked {input.linked}"
        " --output html {output.html} --spec {params.spec:q} --log {log} &> {log}"
