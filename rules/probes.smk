"""The relational stage: linear probes of whether a pair is the same, and interventions along their directions (Lepori et
al., section 5).

Inputs: fine-tuned models of the task RMTS, scene tables. Outputs:
`<results>/analysis/probe/<model>/rmts/<setting>.{parquet,safetensors}`.
"""


rule probe:
    """Probe the intermediate judgement at every layer of one cell's models, and intervene along the probes."""
    input:
        train=atlas.scenes_of_split("train"),
        test_iid=atlas.scenes_of_split("test_iid"),
        models=atlas.runs_of("best.safetensors"),
    output:
        table="<results>/analysis/probe/{model}/{task}/{setting}.parquet",
        probes="<results>/analysis/probe/{model}/{task}/{setting}.safetensors",
    log:
        "<logs>/probe/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/probe/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        task=PROBED,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("probe"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=specs.probe,
    shell:
        "python workflow/scripts/probe.py --input models {input.models}"
        " --input train {input.train} --input test_iid {input.test_iid}"
        " --output table {output.table} --output probes {output.probes} --spec {params.spec:q} &> {log}"
