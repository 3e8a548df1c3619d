"""Pretrained weights of the workflow's own small backbones, which stand in for published ones where there are none.

Outputs: `<results>/weights/<model>/run<run>.safetensors`, where all papers find them, with the history of the training
and a table of what it showed of the tasks' shapes and colours.
"""


rule pretrain:
    """Pretrain one small backbone on scenes of several objects; each run of a model has a pretraining of its own."""
    output:
        weights="<results>/weights/{model}/run{run}.safetensors",
        history="<results>/weights/{model}/run{run}.history.parquet",
        shown="<results>/weights/{model}/run{run}.shown.parquet",
    log:
        "<logs>/pretrain/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/pretrain/{model}/run{run}.tsv"
    wildcard_constraints:
        model=atlas.relations.settings.pretrained,
        run=RUN["run"],
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
        " --output weights {output.weights} --output history {output.history} --output shown {output.shown}"
        " --spec {params.spec:q} --log {log} &> {log}"
