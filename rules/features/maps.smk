"""Maps of units over the patches of pictures, and units on pictures that were turned and shifted.

Outputs: `<results>/<kind>/features/<model>/run<run>.parquet`, of the kinds mapped, locality, thumbnails, moved and
moved_units.
"""


rule unit_maps:
    """Map units on their top pictures and on random ones, and measure how local maps are."""
    input:
        weights=atlas.features.paths.weights_of,
        indexes=atlas.features.paths.scored_index,
        top="<results>/scores/features/{model}/run{run}.top.parquet",
        moments="<results>/scores/features/{model}/run{run}.moments.parquet",
        selective=atlas.features.paths.selective,
    output:
        maps="<results>/mapped/features/{model}/run{run}.parquet",
        table="<results>/locality/features/{model}/run{run}.parquet",
        thumbnails="<results>/thumbnails/features/{model}/run{run}.parquet",
    log:
        "<logs>/unit_maps/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/unit_maps/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("unit_maps"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.features.specs.unit_maps,
    shell:
        "python workflow/scripts/features/unit_maps.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input top {input.top} --input moments {input.moments}"
        " --input selective {input.selective} --output maps {output.maps} --output table {output.table}"
        " --output thumbnails {output.thumbnails} --spec {params.spec:q} --log {log} &> {log}"


rule moved:
    """Score units on their own top pictures, turned and shifted."""
    input:
        weights=atlas.features.paths.weights_of,
        indexes=atlas.features.paths.scored_index,
        top="<results>/scores/features/{model}/run{run}.top.parquet",
    output:
        units="<results>/moved_units/features/{model}/run{run}.parquet",
        table="<results>/moved/features/{model}/run{run}.parquet",
    log:
        "<logs>/moved/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/moved/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("moved"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.features.specs.moved,
    shell:
        "python workflow/scripts/features/moved.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input top {input.top} --output units {output.units}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"
