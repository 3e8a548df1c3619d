"""Pretrained weights: published ones fetched and checked, and those of the workflow's own small backbones.

Outputs: `resources/weights/<model>.safetensors` (shared by the tiers), `<results>/weights/<model>.safetensors`.
"""


rule fetch_weights:
    """Fetch the published weights of one model, or take them from a local folder, and check them against the lock."""
    output:
        weights="resources/weights/{model}.safetensors",
    log:
        "<logs>/fetch_weights/{model}.log",
    benchmark:
        "<benchmarks>/fetch_weights/{model}.tsv"
    retries: 1
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
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
        mem_mb=2000,
        runtime=60,
        gpu=GPU,
    params:
        spec=specs.pretrain,
    shell:
        "python workflow/scripts/pretrain.py"
        " --output weights {output.weights} --output history {output.history} --spec {params.spec:q} &> {log}"
