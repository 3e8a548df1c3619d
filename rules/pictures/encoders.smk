"""Miniature encoders, pretrained on the picture world, and what each knows of it.

Outputs: `<results>/weights/<model>/run<run>.safetensors`, where all papers find them, with the history of the training,
and `<results>/analysis/pictures/encoders/<model>.parquet`.
"""


rule pretrain_encoder:
    """Pretrain one encoder on fresh scenes of the picture world."""
    input:
        teacher=atlas.pictures.paths.teacher_of,
        start=atlas.pictures.paths.start_of,
    output:
        weights="<results>/weights/{model}/run{run}.safetensors",
        history="<results>/weights/{model}/run{run}.history.parquet",
    log:
        "<logs>/pretrain_encoder/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/pretrain_encoder/{model}/run{run}.tsv"
    wildcard_constraints:
        model=atlas.pictures.settings.pretrained,
        run=r"\d+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("pretrain_encoder"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.pictures.specs.pretrain_encoder,
    shell:
        "python workflow/scripts/pictures/pretrain_encoder.py --input teacher {input.teacher}"
        " --input start {input.start}"
        " --output weights {output.weights} --output history {output.history}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule encoder_quality:
    """The knowledge that one encoder has of scenes with new backgrounds: by its head, by texts, by linear probes."""
    input:
        weights=atlas.pictures.paths.weights_of,
    output:
        table="<results>/quality/pictures/{model}/run{run}.parquet",
    log:
        "<logs>/encoder_quality/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/encoder_quality/{model}/run{run}.tsv"
    wildcard_constraints:
        **MODEL_RUN,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("encoder_quality"),
        mem_mb=growing(4000),
        runtime=growing(20),
    params:
        spec=atlas.pictures.specs.encoder_quality,
    shell:
        "python workflow/scripts/pictures/encoder_quality.py --input weights {input.weights}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule encoder_table:
    """The knowledge of one encoder, over runs."""
    input:
        tables=atlas.pictures.paths.quality_of,
    output:
        table="<results>/analysis/pictures/encoders/{model}.parquet",
    log:
        "<logs>/encoder_table/{model}.log",
    benchmark:
        "<benchmarks>/encoder_table/{model}.tsv"
    wildcard_constraints:
        model=MODEL_RUN["model"],
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.pictures.specs.encoder_table,
    shell:
        "python workflow/scripts/pictures/encoder_table.py"
        " --input tables {input.tables} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
