"""Pictures found by a text and by a picture, from what chosen components write.

Outputs: `<results>/by_text/components/<model>/run<run>.parquet`, `<results>/by_picture/components/<model>/run<run>.parquet`.
"""


rule retrieval_by_text:
    """Find pictures by texts, with components in columns by their score for a feature."""
    input:
        contributions=atlas.components.paths.contributions,
        scores=atlas.components.paths.scores,
        texts=atlas.components.paths.texts,
        maps=atlas.components.paths.maps,
        index=atlas.components.paths.searched_index,
    output:
        table="<results>/by_text/components/{model}/run{run}.parquet",
    log:
        "<logs>/retrieval_by_text/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/retrieval_by_text/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        spec=atlas.components.specs.retrieval_by_text,
    shell:
        "python workflow/scripts/components/retrieval_by_text.py --input contributions {input.contributions}"
        " --input scores {input.scores} --input texts {input.texts} --input maps {input.maps}"
        " --input index {input.index} --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule retrieval_by_picture:
    """Find pictures by a picture, with the few components that have most to do with a feature."""
    input:
        contributions=atlas.components.paths.contributions,
        scores=atlas.components.paths.scores,
        index=atlas.components.paths.searched_index,
    output:
        table="<results>/by_picture/components/{model}/run{run}.parquet",
    log:
        "<logs>/retrieval_by_picture/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/retrieval_by_picture/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        spec=atlas.components.specs.retrieval_by_picture,
    shell:
        "python workflow/scripts/components/retrieval_by_picture.py --input contributions {input.contributions}"
        " --input scores {input.scores} --input index {input.index} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
