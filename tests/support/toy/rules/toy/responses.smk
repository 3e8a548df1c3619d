"""Responses of layers to simple patterns.

Inputs: pretrained weights, of a model that has some. Outputs:
`<results>/analysis/toy/responses/<model>/<layer>/<feature>.parquet`.
"""


rule toy_responses:
    """How strongly one layer of a model responds to one feature."""
    input:
        weights=atlas.toy.paths.weights_of,
    output:
        table="<results>/analysis/toy/responses/{model}/{layer}/{feature}.parquet",
    log:
        "<logs>/toy_responses/{model}/{layer}/{feature}.log",
    benchmark:
        "<benchmarks>/toy_responses/{model}/{layer}/{feature}.tsv"
    wildcard_constraints:
        model=r"[\w-]+",
        layer=r"\d+",
        feature=r"[a-z]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("toy_responses"),
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        spec=atlas.toy.specs.toy_responses,
    shell:
        "python workflow/scripts/toy/toy_responses.py --input weights {input.weights}"
        " --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
