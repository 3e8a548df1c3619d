"""Layers at their means, one after another from the last or from the first on.

Output: `<results>/ablation/components/<model>/run<run>.parquet`.
"""


rule layer_ablation:
    """Top-1 of one encoder with more and more layers at their means."""
    input:
        weights=atlas.components.paths.weights_of,
        head=atlas.components.paths.head_of,
        indexes=atlas.components.paths.ablation_indexes,
    output:
        table="<results>/ablation/components/{model}/run{run}.parquet",
    log:
        "<logs>/layer_ablation/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/layer_ablation/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("layer_ablation"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.components.specs.layer_ablation,
    shell:
        "python workflow/scripts/components/layer_ablation.py --input weights {input.weights} --input head {input.head}"
        " --input indexes {input.indexes} --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"
