"""Attention patterns of fine-tuned models: how much objects attend to themselves, each other and the background
(Lepori et al., section 3).

Inputs: fine-tuned models, test scenes. Outputs:
`<results>/analysis/relations/{attention,walkthrough}/<model>/<task>/<setting>.parquet`.
"""


rule attention:
    """Where the tokens of objects attend, per layer and head, for all runs of one cell."""
    input:
        models=atlas.relations.paths.runs_of("best.safetensors"),
        scenes=atlas.relations.paths.scenes_of_split("test"),
    output:
        table="<results>/analysis/relations/attention/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/attention/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/attention/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **CELL,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("attention"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.attention,
    shell:
        "python workflow/scripts/relations/attention.py"
        " --input models {input.models} --input scenes {input.scenes}"
        " --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule walkthrough:
    """One image, and where a few heads look in it, from within objects to the background."""
    input:
        model=atlas.relations.paths.first_run_of("best.safetensors"),
        scenes=atlas.relations.paths.scenes_of_split("test"),
    output:
        table="<results>/analysis/relations/walkthrough/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/walkthrough/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/walkthrough/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **CELL,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("walkthrough"),
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        spec=atlas.relations.specs.walkthrough,
    shell:
        "python workflow/scripts/relations/walkthrough.py"
        " --input model {input.model} --input scenes {input.scenes}"
        " --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
