"""Figures, drawn by notebook templates from analysis tables, and never from models.

Inputs: the tables that the registry names. Outputs: `<results>/figures/<paper>/<artifact>.{pdf,png,csv}`, the CSV holding
exactly the plotted values, and the executed notebook under `<results>/notebooks/<paper>/`.
"""


rule figure:
    """Draw one figure of a paper."""
    input:
        tables=atlas.inputs_of,
    output:
        pdf="<results>/figures/{paper}/{artifact}.pdf",
        png=report(
            "<results>/figures/{paper}/{artifact}.png",
            caption="../workflow/report/figure.rst",
            category="{paper}",
            subcategory="figures",
            labels=atlas.labels_of,
        ),
        csv="<results>/figures/{paper}/{artifact}.csv",
        notebook="<results>/notebooks/{paper}/{artifact}.ipynb",
    log:
        "<logs>/figures/{paper}/{artifact}.log",
    benchmark:
        "<benchmarks>/figures/{paper}/{artifact}.tsv"
    wildcard_constraints:
        paper=PAPER,
        artifact=r"(figure|extra)_\w+",
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        spec=atlas.specs.figure,
    shell:
        "python workflow/scripts/figure.py --input tables {input.tables}"
        " --output pdf {output.pdf} --output png {output.png} --output csv {output.csv}"
        " --output notebook {output.notebook} --spec {params.spec:q} --log {log} &> {log}"
