"""The perceptual stage: subspaces that carry shape and colour, whether models compare novel vectors in them, and which
tokens carry the answer (Lepori et al., section 4).

Inputs: fine-tuned models, counterfactual sets. Outputs: `<results>/models/…/seed<seed>/das.{parquet,safetensors}`,
`das_history.parquet`; `<results>/analysis/{das,novel,information_flow}/<model>/<task>/<setting>.parquet`.
"""


rule das:
    """Search for subspaces of shape and colour at every layer of one model, and measure them."""
    input:
        unpack(atlas.counterfactuals_of("train", "val", "test", "test_iid")),
        model="<results>/models/{model}/{task}/{setting}/seed{seed}/best.safetensors",
    output:
        table="<results>/models/{model}/{task}/{setting}/seed{seed}/das.parquet",
        history="<results>/models/{model}/{task}/{setting}/seed{seed}/das_history.parquet",
        operators="<results>/models/{model}/{task}/{setting}/seed{seed}/das.safetensors",
    log:
        "<logs>/das/{model}/{task}/{setting}/seed{seed}.log",
    benchmark:
        "<benchmarks>/das/{model}/{task}/{setting}/seed{seed}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("das"),
        mem_mb=growing(6000),
        runtime=growing(120),
    params:
        spec=specs.das,
    shell:
        "python workflow/scripts/das.py --input model {input.model}"
        " --input shape_train {input.shape_train} --input color_train {input.color_train}"
        " --input shape_val {input.shape_val} --input color_val {input.color_val}"
        " --input shape_test {input.shape_test} --input color_test {input.color_test}"
        " --input shape_test_iid {input.shape_test_iid} --input color_test_iid {input.color_test_iid}"
        " --output table {output.table} --output history {output.history} --output operators {output.operators}"
        " --spec {params.spec:q} &> {log}"


rule das_table:
    """What the subspaces of one cell do, over seeds."""
    input:
        tables=atlas.perceptual_runs_of("das.parquet"),
    output:
        table="<results>/analysis/das/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/das_table/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/das_table/{model}/{task}/{setting}.tsv"
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
        " --input tables {input.tables} --output table {output.table} --spec {params.spec:q} &> {log}"


rule novel:
    """Whether the models of one cell compare vectors that no image gave, at every layer."""
    input:
        unpack(atlas.counterfactuals_of("val", "test_iid")),
        models=atlas.perceptual_runs_of("best.safetensors"),
        operators=atlas.perceptual_runs_of("das.safetensors"),
    output:
        table="<results>/analysis/novel/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/novel/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/novel/{model}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("novel"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=specs.novel,
    shell:
        "python workflow/scripts/novel.py --input models {input.models} --input operators {input.operators}"
        " --input shape_val {input.shape_val} --input color_val {input.color_val}"
        " --input shape_test_iid {input.shape_test_iid} --input color_test_iid {input.color_test_iid}"
        " --output table {output.table} --spec {params.spec:q} &> {log}"


rule information_flow:
    """Which tokens carry what the answers of one cell's models rest on, at every layer."""
    input:
        unpack(atlas.counterfactuals_of("test_iid")),
        models=atlas.perceptual_runs_of("best.safetensors"),
    output:
        table="<results>/analysis/information_flow/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/information_flow/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/information_flow/{model}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("information_flow"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=specs.information_flow,
    shell:
        "python workflow/scripts/information_flow.py --input models {input.models}"
        " --input shape_test_iid {input.shape_test_iid} --input color_test_iid {input.color_test_iid}"
        " --output table {output.table} --spec {params.spec:q} &> {log}"
