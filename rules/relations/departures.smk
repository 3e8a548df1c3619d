"""The effects of the reference code's departures from the paper, each alone.

Inputs: fine-tuned models and what they get right, learned subspaces and what they do, counterfactual sets, and of RMTS
scenes and what probes find in them. Outputs:
`<results>/analysis/relations/departures/<model>/<task>/<setting>.parquet`.
"""


rule departures:
    """Compare each departure of the reference code with the corrected protocol, in the models of one cell."""
    input:
        counterfactuals=atlas.relations.paths.counterfactuals_of("train", "val", "test_iid"),
        models=atlas.relations.paths.perceptual_runs_of("best.safetensors"),
        operators=atlas.relations.paths.perceptual_runs_of("das.safetensors"),
        interventions=atlas.relations.paths.perceptual_runs_of("das.parquet"),
        metrics=atlas.relations.paths.perceptual_runs_of("metrics.parquet"),
        scenes=atlas.relations.paths.probed(*PROBE_SPLITS),
        probes=atlas.relations.paths.probes_of,
    output:
        table="<results>/analysis/relations/departures/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/departures/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/departures/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **CELL,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("departures"),
        mem_mb=growing(6000),
        runtime=growing(120),
    params:
        spec=atlas.relations.specs.departures,
    shell:
        "python workflow/scripts/relations/departures.py"
        " --input models {input.models} --input operators {input.operators}"
        " --input interventions {input.interventions} --input metrics {input.metrics}"
        " --input counterfactuals {input.counterfactuals} --input scenes {input.scenes} --input probes {input.probes}"
        " --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
