"""The answers of encoders: of single tokens of the last layer, of masked pictures, of pictures without high frequencies.

Outputs: `<results>/<kind>/features/<model>/run<run>.parquet`, of the kinds last_layer, masked and low_pass, and of each
answers picture by picture.
"""


rule last_layer:
    """Keep class tokens apart from patches, and let the head read single patches."""
    input:
        weights=atlas.features.paths.weights_of,
        indexes=atlas.features.paths.classified_index,
    output:
        table="<results>/last_layer/features/{model}/run{run}.parquet",
        by_picture="<results>/last_layer_pictures/features/{model}/run{run}.parquet",
    log:
        "<logs>/last_layer/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/last_layer/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("last_layer"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.features.specs.last_layer,
    shell:
        "python workflow/scripts/features/last_layer.py --input weights {input.weights}"
        " --input indexes {input.indexes} --output table {output.table}"
        " --output by_picture {output.by_picture} --spec {params.spec:q} --log {log} &> {log}"


rule masked:
    """Classify pictures without their object, and without all else."""
    input:
        weights=atlas.features.paths.weights_of,
        indexes=atlas.features.paths.masked_indexes,
    output:
        table="<results>/masked/features/{model}/run{run}.parquet",
        hits="<results>/masked_hits/features/{model}/run{run}.parquet",
        examples="<results>/masked_examples/features/{model}/run{run}.parquet",
    log:
        "<logs>/masked/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/masked/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("masked"),
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        spec=atlas.features.specs.masked,
    shell:
        "python workflow/scripts/features/masked.py --input weights {input.weights}"
        " --input indexes {input.indexes} --output table {output.table} --output hits {output.hits}"
        " --output examples {output.examples} --spec {params.spec:q} --log {log} &> {log}"


rule low_pass:
    """Classify pictures without their high frequencies."""
    input:
        weights=atlas.features.paths.weights_of,
        indexes=atlas.features.paths.classified_index,
        scenes=atlas.features.paths.classified_scenes,
    output:
        table="<results>/low_pass/features/{model}/run{run}.parquet",
        hits="<results>/low_pass_hits/features/{model}/run{run}.parquet",
    log:
        "<logs>/low_pass/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/low_pass/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("low_pass"),
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        spec=atlas.features.specs.low_pass,
    shell:
        "python workflow/scripts/features/low_pass.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input scenes {input.scenes} --output table {output.table}"
        " --output hits {output.hits} --spec {params.spec:q} --log {log} &> {log}"
