"""Fine-tuned models, one per model, task, setting and run, and what they get right (Lepori et al., section 2).

Inputs: scene tables, pretrained weights. Outputs: `<results>/models/relations/<model>/<task>/<setting>/run<run>/…`,
`<results>/analysis/relations/behaviour/<model>/<task>/<setting>.parquet`.
"""


rule finetune:
    """Fine-tune one model on one task and setting; measure it on every split."""
    input:
        scenes=atlas.relations.paths.scenes_of,
        weights=atlas.relations.paths.weights_of,
    output:
        best="<results>/models/relations/{model}/{task}/{setting}/run{run}/best.safetensors",
        last="<results>/models/relations/{model}/{task}/{setting}/run{run}/last.safetensors",
        history="<results>/models/relations/{model}/{task}/{setting}/run{run}/history.parquet",
        metrics="<results>/models/relations/{model}/{task}/{setting}/run{run}/metrics.parquet",
    log:
        "<logs>/finetune/{model}/{task}/{setting}/run{run}.log",
    benchmark:
        "<benchmarks>/finetune/{model}/{task}/{setting}/run{run}.tsv"
    wildcard_constraints:
        **RUN,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("finetune"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.relations.specs.finetune,
    shell:
        "python workflow/scripts/relations/finetune.py"
        " --input scenes {input.scenes} --input weights {input.weights}"
        " --output best {output.best} --output last {output.last}"
        " --output history {output.history} --output metrics {output.metrics}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule behaviour:
    """The accuracies of the models of one cell, over runs."""
    input:
        metrics=atlas.relations.paths.runs_of("metrics.parquet"),
    output:
        table="<results>/analysis/relations/behaviour/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/behaviour/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/behaviour/{model}/{task}/{setting}.tsv"
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
        spec=atlas.relations.specs.behaviour,
    shell:
        "python workflow/scripts/relations/behaviour.py"
        " --input tables {input.metrics} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
