"""Scores of all units of an encoder on a set of pictures, and what they are selective for.

Outputs: `<results>/scenes/features/<side>/<part>.npy` with a table, `<results>/scores/features/<model>/run<run>.npy` with
tables of units, pictures, moments and top pictures, `<results>/selectivity/features/<model>/run<run>.parquet`.
"""


rule feature_scenes:
    """Render the scenes of one part of the pictures."""
    output:
        pixels="<results>/scenes/features/{side}/{part}.npy",
        table="<results>/scenes/features/{side}/{part}.parquet",
    log:
        "<logs>/feature_scenes/{side}/{part}.log",
    benchmark:
        "<benchmarks>/feature_scenes/{side}/{part}.tsv"
    wildcard_constraints:
        side=r"\d+",
        part=r"\w+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(30),
    params:
        spec=atlas.features.specs.feature_scenes,
    shell:
        "python workflow/scripts/features/feature_scenes.py --output pixels {output.pixels}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule unit_scores:
    """Score every unit of an encoder on every picture, and keep the top pictures of each."""
    input:
        weights=atlas.features.paths.weights_of,
        indexes=atlas.features.paths.scored_index,
        scenes=atlas.features.paths.scored_scenes,
    output:
        scores="<results>/scores/features/{model}/run{run}.npy",
        units="<results>/scores/features/{model}/run{run}.units.parquet",
        pictures="<results>/scores/features/{model}/run{run}.pictures.parquet",
        moments="<results>/scores/features/{model}/run{run}.moments.parquet",
        top="<results>/scores/features/{model}/run{run}.top.parquet",
    log:
        "<logs>/unit_scores/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/unit_scores/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("unit_scores"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.features.specs.unit_scores,
    shell:
        "python workflow/scripts/features/unit_scores.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input scenes {input.scenes} --output scores {output.scores}"
        " --output units {output.units} --output pictures {output.pictures} --output moments {output.moments}"
        " --output top {output.top} --spec {params.spec:q} --log {log} &> {log}"


rule selectivity:
    """Measure what each unit of an encoder responds to."""
    input:
        scores="<results>/scores/features/{model}/run{run}.npy",
        units="<results>/scores/features/{model}/run{run}.units.parquet",
        pictures="<results>/scores/features/{model}/run{run}.pictures.parquet",
    output:
        units="<results>/selective_units/features/{model}/run{run}.parquet",
        layers="<results>/selectivity/features/{model}/run{run}.parquet",
    log:
        "<logs>/selectivity/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/selectivity/{model}/run{run}.tsv"
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
        spec=atlas.features.specs.selectivity,
    shell:
        "python workflow/scripts/features/selectivity.py --input scores {input.scores}"
        " --input units {input.units} --input pictures {input.pictures} --output units {output.units}"
        " --output layers {output.layers} --spec {params.spec:q} --log {log} &> {log}"
