"""Pictures that the user brings through encoders and their sites, as the key `pictures.readings` says.

Outputs: `<results>/readings/pictures/<reading>.parquet`, one row per picture, and `<reading>.sites.parquet`, the sites of
the encoder.
"""


rule readings:
    """All readings whose data sets are there."""
    input:
        atlas.pictures.paths.readings,


rule read_pictures:
    """Representations, answers and activations of the pictures of one data set, by one encoder."""
    input:
        index=atlas.pictures.paths.index_of,
        weights=atlas.pictures.paths.weights_of_reading,
    output:
        table="<results>/readings/pictures/{reading}.parquet",
        sites="<results>/readings/pictures/{reading}.sites.parquet",
    log:
        "<logs>/read_pictures/{reading}.log",
    benchmark:
        "<benchmarks>/read_pictures/{reading}.tsv"
    wildcard_constraints:
        reading=r"[\w-]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("read_pictures"),
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        spec=atlas.pictures.specs.read_pictures,
    shell:
        "python workflow/scripts/pictures/read_pictures.py --input index {input.index}"
        " --input weights {input.weights} --output table {output.table} --output sites {output.sites}"
        " --spec {params.spec:q} --log {log} &> {log}"
