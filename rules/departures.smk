"""What the reference code's departures from the paper change, each alone.

Inputs: fine-tuned models and what they get right, learned subspaces and what they do, counterfactual sets, and of RMTS
scenes and what probes find in them. Outputs: `<results>/analysis/departures/<model>/<task>/<setting>.parquet`.
"""


rule departures:
    """Compare each departure of the reference code with the corrected protocol, in the models of one cell."""
    input:
        unpack(atlas.counterfactuals_of("train", "val", "test_iid")),
        models=atlas.perceptual_runs_of("best.safetensors"),
        operators=atlas.perceptual_runs_of("das.safetensors"),
        interventions=atlas.perceptual_runs_of("das.parquet"),
        metrics=atlas.perceptual_runs_of("metrics.parquet"),
        train=atlas.probed("train"),
        test_iid=atlas.probed("test_iid"),
        probes=atlas.probes_of,
    output:
        table="<results>/analysis/departures/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/departures/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/departures/{model}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("departures"),
        mem_mb=growing(6000),
        runtime=growing(120),
    params:
        spec=specs.departures,
    shell:
        "python workflow/scripts/departures.py --input models {input.models} --input operators {input.operators}"
        " --input interventions {input.interventions} --input metrics {input.metrics}"
        " --input shape_train {input.shape_train} --input color_train {input.color_train}"
        " --input shape_val {input.shape_val} --input color_val {input.color_val}"
        " --input shape_test_iid {input.shape_test_iid} --input color_test_iid {input.color_test_iid}"
        " --input train {input.train} --input test_iid {input.test_iid} --input probes {input.probes}"
        " --output table {output.table} --spec {params.spec:q} &> {log}"
