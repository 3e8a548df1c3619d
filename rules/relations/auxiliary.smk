"""Fine-tuning with auxiliary losses, on objects' tokens and on attention between objects (Lepori et al., section 7).

Inputs: scene tables, pretrained weights. Outputs:
`<results>/auxiliary/relations/<model>/<task>/<setting>/<variant>/run<run>/…`,
`<results>/analysis/relations/{auxiliary,auxiliary_attention}/<model>/<task>/<setting>.parquet`.
"""


rule finetune_auxiliary:
    """Fine-tune one model with one variant of auxiliary losses; measure it on every split."""
    input:
        scenes=atlas.relations.paths.scenes_of,
        weights=atlas.relations.paths.weights_of,
    output:
        best="<results>/auxiliary/relations/{model}/{task}/{setting}/{auxiliary}/run{run}/best.safetensors",
        last="<results>/auxiliary/relations/{model}/{task}/{setting}/{auxiliary}/run{run}/last.safetensors",
        history="<results>/auxiliary/relations/{model}/{task}/{setting}/{auxiliary}/run{run}/history.parquet",
        metrics="<results>/auxiliary/relations/{model}/{task}/{setting}/{auxiliary}/run{run}/metrics.parquet",
    log:
        "<logs>/finetune_auxiliary/{model}/{task}/{setting}/{auxiliary}/run{run}.log",
    benchmark:
        "<benchmarks>/finetune_auxiliary/{model}/{task}/{setting}/{auxiliary}/run{run}.tsv"
    wildcard_constraints:
        **RUN,
        auxiliary=r"[\w-]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("finetune_auxiliary"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.relations.specs.finetune_auxiliary,
    shell:
        "python workflow/scripts/relations/finetune_auxiliary.py"
        " --input scenes {input.scenes} --input weights {input.weights}"
        " --output best {output.best} --output last {output.last}"
        " --output history {output.history} --output metrics {output.metrics}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule auxiliary:
    """The accuracies of the models of one cell, over variants and runs."""
    input:
        metrics=atlas.relations.paths.auxiliary_runs_of("metrics.parquet"),
    output:
        table="<results>/analysis/relations/auxiliary/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/auxiliary/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/auxiliary/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **CELL,
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.relations.specs.auxiliary,
    shell:
        "python workflow/scripts/relations/auxiliary.py"
        " --input tables {input.metrics} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule attention_auxiliary:
    """Where the tokens of objects attend, per layer and head, for all variants and runs of one cell."""
    input:
        models=atlas.relations.paths.auxiliary_runs_of("best.safetensors"),
        scenes=atlas.relations.paths.scenes_of_split("test"),
    output:
        table="<results>/analysis/relations/auxiliary_attention/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/attention_auxiliary/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/attention_auxiliary/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **CELL,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("attention_auxiliary"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.attention_auxiliary,
    shell:
        "python workflow/scripts/relations/attention_auxiliary.py"
        " --input models {input.models} --input scenes {input.scenes}"
        " --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
