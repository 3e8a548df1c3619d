"""Fine-tuned models, one per model, task, setting and seed, and what they get right (Lepori et al., section 2).

Inputs: scene tables, pretrained weights. Outputs: `<results>/models/<model>/<task>/<setting>/seed<seed>/…`,
`<results>/analysis/behaviour/<model>/<task>/<setting>.parquet`.
"""


rule finetune:
    """Fine-tune one model on one task, setting and seed; measure it on every split."""
    input:
        unpack(atlas.scenes_of),
        weights=atlas.weights_of,
    output:
        best="<results>/models/{model}/{task}/{setting}/seed{seed}/best.safetensors",
        last="<results>/models/{model}/{task}/{setting}/seed{seed}/last.safetensors",
        history="<results>/models/{model}/{task}/{setting}/seed{seed}/history.parquet",
        metrics="<results>/models/{model}/{task}/{setting}/seed{seed}/metrics.parquet",
    log:
        "<logs>/finetune/{model}/{task}/{setting}/seed{seed}.log",
    benchmark:
        "<benchmarks>/finetune/{model}/{task}/{setting}/seed{seed}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("finetune"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=specs.finetune,
    shell:
        "python workflow/scripts/finetune.py"
        " --input train {input.train} --input val {input.val} --input test {input.test}"
        " --input test_iid {input.test_iid} --input ood_shape {input.ood_shape}"
        " --input ood_color {input.ood_color} --input ood_shape_color {input.ood_shape_color}"
        " --input weights {input.weights}"
        " --output best {output.best} --output last {output.last}"
        " --output history {output.history} --output metrics {output.metrics}"
        " --spec {params.spec:q} &> {log}"


rule behaviour:
    """What the models of one cell get right, over seeds."""
    input:
        metrics=atlas.runs_of("metrics.parquet"),
    output:
        table="<results>/analysis/behaviour/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/behaviour/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/behaviour/{model}/{task}/{setting}.tsv"
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=specs.gathered,
    shell:
        "python workflow/scripts/gather.py"
        " --input tables {input.metrics} --output table {output.table} --spec {params.spec:q} &> {log}"
