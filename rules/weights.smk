"""Pretrained weights: published ones fetched and checked, and those of the workflow's own small backbones.

Outputs: `resources/weights/<model>.safetensors` (shared by the tiers), `<results>/weights/<model>.safetensors`.
"""


rule fetch_weights:
    """Fetch the published weights of one model, or take them from a local folder, and check them against the lock.

    Stays where Snakemake runs when the other jobs go to a cluster, whose nodes often have no way to the network.
    """
    output:
        weights="resources/weights/{model}.safetensors",
    log:
        "<logs>/fetch_weights/{model}.log",
    benchmark:
        "<benchmarks>/fetch_weights/{model}.tsv"
    retries: 1
    localrule: True
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        spec=specs.fetch_weights,
    shell:
        "python workflow/scripts/fetch_weights.py --output weights {output.weights} --spec {params.spec:q} &> {log}"


rule pretrain:
    """Pretrain one small backbone on scenes of several objects; stands in for published weights where there are none."""
    output:
        weights="<results>/weights/{model}.safetensors",
        history="<results>/weights/{model}.history.parquet",
    log:
        "<logs>/pretrain/{model}.log",
    benchmark:
        "<benchmarks>/pretrain/{model}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("pretrain"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=specs.pretrain,
    shell:
        "python workflow/scripts/pretrain.py"
        " --output weights {output.weights} --output history {output.history} --spec {params.spec:q} &> {log}"
