"""The tables that figures, tables and verdicts read: those of all runs of a model, one below the other.

Output: `<results>/analysis/components/<kind>/<model>.parquet`.
"""


rule component_table:
    """Put the tables of one kind of all runs of a model one below the other."""
    input:
        tables=atlas.components.paths.runs,
    output:
        table="<results>/analysis/components/{kind}/{model}.parquet",
    log:
        "<logs>/component_table/{kind}/{model}.log",
    benchmark:
        "<benchmarks>/component_table/{kind}/{model}.tsv"
    wildcard_constraints:
        model=ENCODER["model"],
        kind=atlas.components.paths.gathered,
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.components.specs.component_table,
    shell:
        "python workflow/scripts/components/component_table.py --input tables {input.tables}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"
