"""The relational stage: linear probes of whether a pair is the same, and interventions along their directions
(Lepori et al., section 5).

Inputs: fine-tuned models of the task RMTS, scene tables. Outputs:
`<results>/analysis/relations/probe/<model>/rmts/<setting>.{parquet,safetensors}`.
"""


rule probe:
    """Probe the intermediate judgement at every layer of one cell's models, and intervene along the probes."""
    input:
        scenes=atlas.relations.paths.scenes_of_splits(*PROBE_SPLITS),
        models=atlas.relations.paths.runs_of("best.safetensors"),
    output:
        table="<results>/analysis/relations/probe/{model}/{task}/{setting}.parquet",
        probes="<results>/analysis/relations/probe/{model}/{task}/{setting}.safetensors",
    log:
        "<logs>/probe/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/probe/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **(CELL | {"task": PROBED}),
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("probe"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.probe,
    shell:
        "python workflow/scripts/relations/probe.py --input models {input.models} --input scenes {input.scenes}"
        " --output table {output.table} --output probes {output.probes}"
        " --spec {params.spec:q} --log {log} &> {log}"
