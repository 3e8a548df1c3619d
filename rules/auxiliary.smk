"""Fine-tuning with auxiliary losses, on objects' tokens and on attention between objects (Lepori et al., section 7).

Inputs: scene tables, pretrained weights. Outputs: `<results>/auxiliary/<model>/<task>/<setting>/<variant>/seed<seed>/…`,
`<results>/analysis/{auxiliary,auxiliary_attention}/<model>/<task>/<setting>.parquet`.
"""


rule finetune_auxiliary:
    """Fine-tune one model with one variant of auxiliary losses; measure it on every split."""
    input:
        unpack(atlas.scenes_of),
        weights=atlas.weights_of,
    output:
        best="<results>/auxiliary/{model}/{task}/{setting}/{auxiliary}/seed{seed}/best.safetensors",
        last="<results>/auxiliary/{model}/{task}/{setting}/{auxiliary}/seed{seed}/last.safetensors",
        history="<results>/auxiliary/{model}/{task}/{setting}/{auxiliary}/seed{seed}/history.parquet",
        metrics="<results>/auxiliary/{model}/{task}/{setting}/{auxiliary}/seed{seed}/metrics.parquet",
    log:
        "<logs>/finetune_auxiliary/{model}/{task}/{setting}/{auxiliary}/seed{seed}.log",
    benchmark:
        "<benchmarks>/finetune_auxiliary/{model}/{task}/{setting}/{auxiliary}/seed{seed}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("finetune_auxiliary"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=specs.finetune_auxiliary,
    shell:
        "python workflow/scripts/finetune_auxiliary.py"
        " --input train {input.train} --input val {input.val} --input test {input.test}"
        " --input test_iid {input.test_iid} --input ood_shape {input.ood_shape}"
        " --input ood_color {input.ood_color} --input ood_shape_color {input.ood_shape_color}"
        " --input weights {input.weights}"
        " --output best {output.best} --output last {output.last}"
        " --output history {output.history} --output metrics {output.metrics}"
        " --spec {params.spec:q} &> {log}"


rule auxiliary:
    """What the models of one cell get right, over variants and seeds."""
    input:
        metrics=atlas.auxiliary_runs_of("metrics.parquet"),
    output:
        table="<results>/analysis/auxiliary/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/auxiliary/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/auxiliary/{model}/{task}/{setting}.tsv"
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=specs.gathered_auxiliary,
    shell:
        "python workflow/scripts/gather.py"
        " --input tables {input.metrics} --output table {output.table} --spec {params.spec:q} &> {log}"


rule attention_auxiliary:
    """Where the tokens of objects attend, per layer and head, for all variants and seeds of one cell."""
    input:
        models=atlas.auxiliary_runs_of("best.safetensors"),
        scenes=atlas.scenes_of_split("test"),
    output:
        table="<results>/analysis/auxiliary_attention/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/attention_auxiliary/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/attention_auxiliary/{model}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("attention_auxiliary"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=specs.attention_auxiliary,
    shell:
        "python workflow/scripts/attention.py"
        " --input models {input.models} --input scenes {input.scenes}"
        " --output table {output.table} --spec {params.spec:q} &> {log}"
