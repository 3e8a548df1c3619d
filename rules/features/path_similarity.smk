"""The paths of made and of natural pictures through a network.

Outputs: `<results>/path_similarity/features/<model>/run<run>.parquet`, with `path_similarity_units`.
"""


rule path_similarity:
    """Compare made and natural pictures of the galleries' units, layer by layer."""
    input:
        weights=atlas.features.paths.weights_of,
        images="<results>/visualised/features/gallery/{model}/run{run}.npy",
        table="<results>/visualised/features/gallery/{model}/run{run}.parquet",
        scores="<results>/scores/features/{model}/run{run}.npy",
        units="<results>/scores/features/{model}/run{run}.units.parquet",
        pictures="<results>/scores/features/{model}/run{run}.pictures.parquet",
        moments="<results>/scores/features/{model}/run{run}.moments.parquet",
        top="<results>/scores/features/{model}/run{run}.top.parquet",
    output:
        units="<results>/path_similarity_units/features/{model}/run{run}.parquet",
        table="<results>/path_similarity/features/{model}/run{run}.parquet",
    log:
        "<logs>/path_similarity/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/path_similarity/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("path_similarity"),
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        spec=atlas.features.specs.path_similarity,
    shell:
        "python workflow/scripts/features/path_similarity.py --input weights {input.weights}"
        " --input images {input.images} --input table {input.table} --input scores {input.scores}"
        " --input units {input.units} --input pictures {input.pictures} --input moments {input.moments}"
        " --input top {input.top} --output units {output.units} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
