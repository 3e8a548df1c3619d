"""Data sets that the user brings, each as one index that everything else depends on.

No folder of pictures is an input: a file that was touched would make everything out of date. Output:
`<results>/index/pictures/<data>.parquet`, one row per picture.
"""


rule prepare:
    """List the pictures of one data set with their classes, check them, and note where they are."""
    output:
        index="<results>/index/pictures/{data}.parquet",
    log:
        "<logs>/prepare/{data}.log",
    benchmark:
        "<benchmarks>/prepare/{data}.tsv"
    wildcard_constraints:
        data=r"[\w-]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        spec=atlas.pictures.specs.prepare,
    shell:
        "python workflow/scripts/pictures/prepare.py --output index {output.index}"
        " --spec {params.spec:q} --log {log} &> {log}"
