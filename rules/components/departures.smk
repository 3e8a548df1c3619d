"""The effects of the reference code's departures from the paper, each alone.

Output: `<results>/departures/components/<model>/run<run>.parquet`.
"""


rule component_departures:
    """Compare each departure of the reference code with the corrected protocol, on one encoder."""
    input:
        contributions=atlas.components.paths.contributions,
        birds=atlas.components.paths.birds,
        scores=atlas.components.paths.scores,
        texts=atlas.components.paths.texts,
        maps=atlas.components.paths.maps,
        index=atlas.components.paths.searched_index,
        exactness="<results>/exactness/components/{model}/run{run}.parquet",
        heatmaps="<results>/heatmaps/components/{model}/run{run}.parquet",
    output:
        table="<results>/departures/components/{model}/run{run}.parquet",
    log:
        "<logs>/component_departures/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/component_departures/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.components.specs.component_departures,
    shell:
        "python workflow/scripts/components/component_departures.py --input contributions {input.contributions}"
        " --input birds {input.birds} --input scores {input.scores} --input texts {input.texts}"
        " --input maps {input.maps} --input index {input.index} --input exactness {input.exactness}"
        " --input heatmaps {input.heatmaps} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
