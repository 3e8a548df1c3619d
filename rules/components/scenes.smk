"""Scenes of the picture world that encoders of this paper see, rendered once for all that take pictures of one size.

Outputs: `<results>/scenes/components/<pictures>/<side>/<part>.npy`, and `<part>.parquet` with a row per scene.
"""


rule component_scenes:
    """Render the scenes of one part of a set."""
    output:
        pixels="<results>/scenes/components/{pictures}/{side}/{part}.npy",
        table="<results>/scenes/components/{pictures}/{side}/{part}.parquet",
    log:
        "<logs>/component_scenes/{pictures}/{side}/{part}.log",
    benchmark:
        "<benchmarks>/component_scenes/{pictures}/{side}/{part}.tsv"
    wildcard_constraints:
        pictures=r"pictures|birds",
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
        spec=atlas.components.specs.component_scenes,
    shell:
        "python workflow/scripts/components/component_scenes.py"
        " --output pixels {output.pixels} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
