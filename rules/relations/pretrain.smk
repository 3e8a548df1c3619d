"""Pretrained weights of the workflow's own small backbones, which stand in for published ones where there are none.

Outputs: `<results>/weights/<model>.safetensors`, where all papers find them.
"""


rule pretrain:
    """Pretrain one small backbone on scenes of several objects."""
    output:
        weights="<results>/weights/{model}.safetensors",
        history="<results>/weights/{model}.history.parquet",
    log:
        "<logs>/pretrain/{model}.log",
    benchmark:
        "<benchmarks>/pretrain/{model}.tsv"
    wildcard_constraints:
        model=CELL["model"],
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("pretrain"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.pretrain,
    shell:
        "python workflow/scripts/relations/pretrain.py"
        " --output weights {output.weights} --output history {output.history}"
        " --spec {params.spec:q} --log {log} &> {log}"
