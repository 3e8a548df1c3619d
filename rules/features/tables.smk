"""The tables that figures, tables and verdicts read: those of all runs of a model, one below the other.

Outputs: `<results>/analysis/features/<kind>/<model>.parquet`, `<results>/analysis/features/visualised_<group>/<model>.parquet`.
"""


rule visualised_table:
    """Put the visualisations of a group and model together, with their pictures."""
    input:
        tables=atlas.features.paths.visualised_tables,
        images=atlas.features.paths.visualised_images,
    output:
        table="<results>/analysis/features/visualised_{group}/{model}.parquet",
    log:
        "<logs>/visualised_table/{group}/{model}.log",
    benchmark:
        "<benchmarks>/visualised_table/{group}/{model}.tsv"
    wildcard_constraints:
        group=GROUP["group"],
        model=GROUP["model"],
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        spec=atlas.features.specs.visualised_table,
    shell:
        "python workflow/scripts/features/visualised_table.py --input tables {input.tables}"
        " --input images {input.images} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule quality_table:
    """Put what the visualisations of a group and model are worth together."""
    input:
        tables=atlas.features.paths.quality_tables,
    output:
        table="<results>/analysis/features/quality_{group}/{model}.parquet",
    log:
        "<logs>/quality_table/{group}/{model}.log",
    benchmark:
        "<benchmarks>/quality_table/{group}/{model}.tsv"
    wildcard_constraints:
        group=GROUP["group"],
        model=GROUP["model"],
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.features.specs.quality_table,
    shell:
        "python workflow/scripts/features/quality_table.py --input tables {input.tables}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule feature_table:
    """Put the tables of one kind of all runs of a model one below the other."""
    input:
        tables=atlas.features.paths.runs,
    output:
        table="<results>/analysis/features/{kind}/{model}.parquet",
    log:
        "<logs>/feature_table/{kind}/{model}.log",
    benchmark:
        "<benchmarks>/feature_table/{kind}/{model}.tsv"
    wildcard_constraints:
        model=ENCODER["model"],
        kind=atlas.features.paths.gathered,
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.features.specs.feature_table,
    shell:
        "python workflow/scripts/features/feature_table.py --input tables {input.tables}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"
