"""The pages of a user's own models and pictures, as the key `features.own` says.

Outputs: `<results>/own/features/<name>.html`.
"""


rule features_own:
    """The pages of all entries whose data sets are there."""
    input:
        atlas.features.paths.own_pages,


rule own_features:
    """Show on one page that can be searched, and loads nothing else, what units respond to."""
    input:
        top="<results>/own/features/{own}/top.parquet",
        moments="<results>/own/features/{own}/moments.parquet",
        pictures="<results>/own/features/{own}/pictures.parquet",
        images="<results>/own/features/{own}/visualised.npy",
        visualised="<results>/own/features/{own}/visualised.parquet",
        maps="<results>/own/features/{own}/maps.parquet",
        thumbnails="<results>/own/features/{own}/thumbnails.parquet",
        templates=ancient(atlas.features.paths.own_templates),
    output:
        html="<results>/own/features/{own}.html",
    log:
        "<logs>/own_features/{own}.log",
    benchmark:
        "<benchmarks>/own_features/{own}.tsv"
    wildcard_constraints:
        own=r"[\w-]+",
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        spec=atlas.features.specs.own_features,
    shell:
        "python workflow/scripts/features/own_features.py --input top {input.top} --input moments {input.moments}"
        " --input pictures {input.pictures} --input images {input.images} --input visualised {input.visualised}"
        " --input maps {input.maps} --input thumbnails {input.thumbnails} --input templates {input.templates}"
        " --output html {output.html}"
        " --spec {params.spec:q} --log {log} &> {log}"
