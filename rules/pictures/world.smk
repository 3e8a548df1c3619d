"""Pictures of the picture world for people.

Output: `<results>/analysis/pictures/world/<side>.parquet`, PNG images of scenes, of their parts, of counterfactuals.
"""


rule world_pictures:
    """Draw scenes of the picture world, what they consist of, and what changes with one attribute."""
    output:
        table="<results>/analysis/pictures/world/{side}.parquet",
    log:
        "<logs>/world_pictures/{side}.log",
    benchmark:
        "<benchmarks>/world_pictures/{side}.tsv"
    wildcard_constraints:
        side=r"\d+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        spec=atlas.pictures.specs.world_pictures,
    shell:
        "python workflow/scripts/pictures/world_pictures.py"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"
