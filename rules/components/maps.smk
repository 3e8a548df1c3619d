"""Maps over the tokens of pictures: heat-maps of heads, and segmentation by the logit of a class.

Outputs: `<results>/heatmaps/components/<model>/run<run>.parquet`, `<results>/segmentation/components/<model>/run<run>.parquet`.
"""


rule heatmaps:
    """Show which tokens the heads of one encoder take a feature from, and hold the maps against masks."""
    input:
        weights=atlas.components.paths.weights_of,
        indexes=atlas.components.paths.searched_index,
        maps=atlas.components.paths.maps,
        texts=atlas.components.paths.texts,
        scores=atlas.components.paths.scores,
    output:
        table="<results>/heatmaps/components/{model}/run{run}.parquet",
    log:
        "<logs>/heatmaps/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/heatmaps/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("heatmaps"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.components.specs.heatmaps,
    shell:
        "python workflow/scripts/components/heatmaps.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input maps {input.maps} --input texts {input.texts}"
        " --input scores {input.scores} --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule segmentation:
    """Segment pictures by the logit of their class, by several methods, and hold the segments against masks."""
    input:
        weights=atlas.components.paths.weights_of,
        indexes=atlas.components.paths.segmented_indexes,
        head=atlas.components.paths.head_of,
    output:
        table="<results>/segmentation/components/{model}/run{run}.parquet",
    log:
        "<logs>/segmentation/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/segmentation/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("segmentation"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.components.specs.segmentation,
    shell:
        "python workflow/scripts/components/segmentation.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input head {input.head} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
