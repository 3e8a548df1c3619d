"""Tables, and the page that says which artifacts are made.

Inputs: the analysis tables that the registry names. Outputs: `<results>/tables/<paper>/<artifact>.{csv,md,tex}`,
`<results>/coverage.{md,html}`.
"""


rule table:
    """Write one table of a paper as CSV, Markdown and LaTeX."""
    input:
        tables=atlas.inputs_of,
    output:
        csv=report(
            "<results>/tables/{paper}/{artifact}.csv",
            caption="../workflow/report/table.rst",
            category="{paper}",
            subcategory="tables",
            labels=atlas.labels_of,
        ),
        md="<results>/tables/{paper}/{artifact}.md",
        tex="<results>/tables/{paper}/{artifact}.tex",
    log:
        "<logs>/tables/{paper}/{artifact}.log",
    benchmark:
        "<benchmarks>/tables/{paper}/{artifact}.tsv"
    wildcard_constraints:
        paper=PAPER,
        artifact=r"table_\w+",
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.specs.table,
    shell:
        "python workflow/scripts/{wildcards.paper}/table_{params.spec[family]}.py --input tables {input.tables}"
        " --output csv {output.csv} --output md {output.md} --output tex {output.tex}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule coverage_page:
    """List every figure and table of the papers: made, not made yet and why, or not for this tier."""
    input:
        template=ancient(COVERAGE_TEMPLATE),
    output:
        md="<results>/coverage.md",
        html=report(
            "<results>/coverage.html",
            caption="../workflow/report/coverage.rst",
            category="coverage",
            labels={"artifact": "coverage", "title": "Which figures and tables are made"},
        ),
    log:
        "<logs>/coverage.log",
    benchmark:
        "<benchmarks>/coverage.tsv"
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.specs.coverage_page,
    shell:
        "python workflow/scripts/coverage_page.py --input template {input.template}"
        " --output md {output.md} --output html {output.html} --spec {params.spec:q} --log {log} &> {log}"
