"""Pictures that make units respond, and what they are worth.

Outputs: `<results>/visualised/features/<group>/<model>/run<run>.npy` with a table,
`<results>/quality/features/<group>/<model>/run<run>.parquet`.
"""


rule spectrum:
    """Take the mean magnitude spectrum of pictures, as the encoder sees them."""
    input:
        weights=atlas.features.paths.weights_of,
        indexes=atlas.features.paths.scored_index,
        scenes=atlas.features.paths.scored_scenes,
    output:
        spectrum="<results>/spectrum/features/{model}/run{run}.safetensors",
    log:
        "<logs>/spectrum/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/spectrum/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("spectrum"),
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        spec=atlas.features.specs.spectrum,
    shell:
        "python workflow/scripts/features/spectrum.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input scenes {input.scenes} --output spectrum {output.spectrum}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule visualise:
    """Optimise pictures until units respond, for sets of features."""
    input:
        weights=atlas.features.paths.weights_of,
        moments=atlas.features.paths.moments_of,
        spectrum=atlas.features.paths.spectrum_of_sets,
    output:
        images="<results>/visualised/features/{group}/{model}/run{run}.npy",
        table="<results>/visualised/features/{group}/{model}/run{run}.parquet",
    log:
        "<logs>/visualise/{group}/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/visualise/{group}/{model}/run{run}.tsv"
    wildcard_constraints:
        **GROUP,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("visualise"),
        mem_mb=growing(4000),
        runtime=growing(600),
    params:
        spec=atlas.features.specs.visualise,
    shell:
        "python workflow/scripts/features/visualise.py --input weights {input.weights}"
        " --input moments {input.moments} --input spectrum {input.spectrum} --output images {output.images}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule quality:
    """Judge visualisations: by their spectrum, and by what another network sees in them."""
    input:
        images="<results>/visualised/features/{group}/{model}/run{run}.npy",
        table="<results>/visualised/features/{group}/{model}/run{run}.parquet",
        weights=atlas.features.paths.judge_of,
        top="<results>/scores/features/{model}/run{run}.top.parquet",
        indexes=atlas.features.paths.scored_index,
    output:
        table="<results>/quality_features/features/{group}/{model}/run{run}.parquet",
        groups="<results>/quality/features/{group}/{model}/run{run}.parquet",
    log:
        "<logs>/quality/{group}/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/quality/{group}/{model}/run{run}.tsv"
    wildcard_constraints:
        **GROUP,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("quality"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.features.specs.quality,
    shell:
        "python workflow/scripts/features/quality.py --input images {input.images}"
        " --input table {input.table} --input weights {input.weights} --input top {input.top}"
        " --input indexes {input.indexes} --output table {output.table} --output groups {output.groups}"
        " --spec {params.spec:q} --log {log} &> {log}"
