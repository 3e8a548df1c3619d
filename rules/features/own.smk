"""A user's own model and pictures, as the key `features.own` says: what some units of its layers respond to.

Outputs: `<results>/own/features/<name>/…`: scores of all units with their top pictures, visualisations, maps.
"""


rule own_scores:
    """Score every unit of one model on every picture of one data set, and keep the top pictures of each."""
    input:
        weights=atlas.features.paths.own_weights,
        indexes=atlas.features.paths.own_indexes,
    output:
        scores="<results>/own/features/{own}/scores.npy",
        units="<results>/own/features/{own}/units.parquet",
        pictures="<results>/own/features/{own}/pictures.parquet",
        moments="<results>/own/features/{own}/moments.parquet",
        top="<results>/own/features/{own}/top.parquet",
    log:
        "<logs>/own_scores/{own}.log",
    benchmark:
        "<benchmarks>/own_scores/{own}.tsv"
    wildcard_constraints:
        own=r"[\w-]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("own_scores"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.features.specs.own_scores,
    shell:
        "python workflow/scripts/features/own_scores.py --input weights {input.weights}"
        " --input indexes {input.indexes} --output scores {output.scores} --output units {output.units}"
        " --output pictures {output.pictures} --output moments {output.moments} --output top {output.top}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule own_visualise:
    """Optimise pictures until units respond, for the units of the page."""
    input:
        weights=atlas.features.paths.own_weights,
        units="<results>/own/features/{own}/units.parquet",
        moments="<results>/own/features/{own}/moments.parquet",
    output:
        images="<results>/own/features/{own}/visualised.npy",
        table="<results>/own/features/{own}/visualised.parquet",
    log:
        "<logs>/own_visualise/{own}.log",
    benchmark:
        "<benchmarks>/own_visualise/{own}.tsv"
    wildcard_constraints:
        own=r"[\w-]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("own_visualise"),
        mem_mb=growing(4000),
        runtime=growing(600),
    params:
        spec=atlas.features.specs.own_visualise,
    shell:
        "python workflow/scripts/features/own_visualise.py --input weights {input.weights} --input units {input.units}"
        " --input moments {input.moments} --output images {output.images} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule own_maps:
    """Map the units of the page on their top pictures."""
    input:
        weights=atlas.features.paths.own_weights,
        indexes=atlas.features.paths.own_indexes,
        units="<results>/own/features/{own}/units.parquet",
        moments="<results>/own/features/{own}/moments.parquet",
        top="<results>/own/features/{own}/top.parquet",
    output:
        maps="<results>/own/features/{own}/maps.parquet",
        table="<results>/own/features/{own}/locality.parquet",
        thumbnails="<results>/own/features/{own}/thumbnails.parquet",
    log:
        "<logs>/own_maps/{own}.log",
    benchmark:
        "<benchmarks>/own_maps/{own}.tsv"
    wildcard_constraints:
        own=r"[\w-]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("own_maps"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.features.specs.own_maps,
    shell:
        "python workflow/scripts/features/own_maps.py --input weights {input.weights} --input indexes {input.indexes}"
        " --input units {input.units} --input moments {input.moments} --input top {input.top}"
        " --output maps {output.maps} --output table {output.table} --output thumbnails {output.thumbnails}"
        " --spec {params.spec:q} --log {log} &> {log}"
