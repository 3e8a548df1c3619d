"""The walk-through of a paper's story with the tier's own numbers.

Inputs: the tables of the figures and tables that it shows. Outputs: `<results>/tutorial.ipynb`, the executed copy of
`docs/tutorial/relations.ipynb`, and `<results>/tutorial.json`, which says what it was made from.
"""


rule tutorial:
    """Execute the tutorial; asked for by this name, and not among the artifacts of the tier."""
    input:
        tables=atlas.tutorial_tables,
    output:
        notebook="<results>/tutorial.ipynb",
        record="<results>/tutorial.json",
    log:
        "<logs>/tutorial.log",
    benchmark:
        "<benchmarks>/tutorial.tsv"
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        spec=specs.tutorial,
    shell:
        "python workflow/scripts/tutorial.py --input tables {input.tables}"
        " --output notebook {output.notebook} --output record {output.record} --spec {params.spec:q} &> {log}"
