"""The perceptual stage: subspaces that carry shape and colour, whether models compare novel vectors in them, and which
tokens carry the answer (Lepori et al., section 4).

Inputs: fine-tuned models, counterfactual sets. Outputs:
`<results>/models/relations/…/run<run>/das.{parquet,safetensors}`, `das_history.parquet`;
`<results>/analysis/relations/{das,novel,information_flow}/<model>/<task>/<setting>.parquet`.
"""


rule das:
    """Search for subspaces of shape and colour at every layer of one model, and measure them."""
    input:
        counterfactuals=atlas.relations.paths.counterfactuals_of(*DAS_SPLITS),
        model="<results>/models/relations/{model}/{task}/{setting}/run{run}/best.safetensors",
    output:
        table="<results>/models/relations/{model}/{task}/{setting}/run{run}/das.parquet",
        history="<results>/models/relations/{model}/{task}/{setting}/run{run}/das_history.parquet",
        operators="<results>/models/relations/{model}/{task}/{setting}/run{run}/das.safetensors",
    log:
        "<logs>/das/{model}/{task}/{setting}/run{run}.log",
    benchmark:
        "<benchmarks>/das/{model}/{task}/{setting}/run{run}.tsv"
    wildcard_constraints:
        **RUN,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("das"),
        mem_mb=growing(6000),
        runtime=growing(120),
    params:
        spec=atlas.relations.specs.das,
    shell:
        "python workflow/scripts/relations/das.py --input model {input.model}"
        " --input counterfactuals {input.counterfactuals}"
        " --output table {output.table} --output history {output.history} --output operators {output.operators}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule das_table:
    """The effects of the subspaces of one cell, over runs."""
    input:
        tables=atlas.relations.paths.perceptual_runs_of("das.parquet"),
    output:
        table="<results>/analysis/relations/das/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/das_table/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/das_table/{model}/{task}/{setting}.tsv"
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
        spec=atlas.relations.specs.das_table,
    shell:
        "python workflow/scripts/relations/das_table.py"
        " --input tables {input.tables} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule novel:
    """Whether the models of one cell compare vectors that no image gave, at every layer."""
    input:
        counterfactuals=atlas.relations.paths.counterfactuals_of("val", "test_iid"),
        models=atlas.relations.paths.perceptual_runs_of("best.safetensors"),
        operators=atlas.relations.paths.perceptual_runs_of("das.safetensors"),
    output:
        table="<results>/analysis/relations/novel/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/novel/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/novel/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **CELL,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("novel"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.novel,
    shell:
        "python workflow/scripts/relations/novel.py --input models {input.models} --input operators {input.operators}"
        " --input counterfactuals {input.counterfactuals}"
        " --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule information_flow:
    """Which tokens carry what the answers of one cell's models rest on, at every layer."""
    input:
        counterfactuals=atlas.relations.paths.counterfactuals_of("test_iid"),
        models=atlas.relations.paths.perceptual_runs_of("best.safetensors"),
    output:
        table="<results>/analysis/relations/information_flow/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/information_flow/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/information_flow/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **CELL,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("information_flow"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.information_flow,
    shell:
        "python workflow/scripts/relations/information_flow.py --input models {input.models}"
        " --input counterfactuals {input.counterfactuals}"
        " --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
