"""Numerics of the decomposition: its error, what a policy for biases changes, and its cost.

Outputs: `<results>/{exactness,bias_policy,throughput}/components/<model>/run<run>.parquet`.
"""


rule numerics:
    """Measure the error of one encoder's decomposition, what the policy for biases changes, and what it costs."""
    input:
        weights=atlas.components.paths.weights_of,
        indexes=atlas.components.paths.searched_index,
    output:
        exactness="<results>/exactness/components/{model}/run{run}.parquet",
        bias_policy="<results>/bias_policy/components/{model}/run{run}.parquet",
        throughput="<results>/throughput/components/{model}/run{run}.parquet",
    log:
        "<logs>/numerics/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/numerics/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("numerics"),
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        spec=atlas.components.specs.numerics,
    shell:
        "python workflow/scripts/components/numerics.py --input weights {input.weights}"
        " --input indexes {input.indexes} --output exactness {output.exactness}"
        " --output bias_policy {output.bias_policy} --output throughput {output.throughput}"
        " --spec {params.spec:q} --log {log} &> {log}"
