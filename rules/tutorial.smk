"""The walk-through of a paper's story with the tier's own numbers.

Inputs: the tables of the figures and tables that it shows. Outputs: `<results>/tutorials/<paper>.ipynb`, the executed copy
of `docs/tutorial/<paper>.ipynb`, and `<results>/tutorials/<paper>.json`, which says what it was made from.
"""


rule tutorial_notebook:
    """Execute the tutorial; asked for as `<paper>_tutorial`, and not among the artifacts of the tier."""
    input:
        tables=atlas.tutorial_tables,
    output:
        notebook="<results>/tutorials/{paper}.ipynb",
        record="<results>/tutorials/{paper}.json",
    log:
        "<logs>/tutorial_notebook/{paper}.log",
    benchmark:
        "<benchmarks>/tutorial_notebook/{paper}.tsv"
    wildcard_constraints:
        paper=PAPER,
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        spec=atlas.specs.tutorial_notebook,
    shell:
        "python workflow/scripts/tutorial_notebook.py --input tables {input.tables}"
        " --output notebook {output.notebook} --output record {output.record} --spec {params.spec:q} --log {log} &> {log}"
