"""Published weights, fetched and checked. Those that the workflow pretrains itself, papers make.

Outputs: `resources/weights/<model>.safetensors`, and `<model>.text.safetensors`, the file with the text tower of a CLIP
model; shared by the tiers.
"""


rule fetch_weights:
    """Fetch the published weights of one model, or take them from local files; check that they fit, and are as locked.

    Stays where Snakemake runs when the other jobs go to a cluster, whose nodes often have no way to the network.
    """
    input:
        checkpoint=atlas.own_checkpoint,
    output:
        weights="resources/weights/{model}.safetensors",
    log:
        "<logs>/fetch_weights/{model}.log",
    benchmark:
        "<benchmarks>/fetch_weights/{model}.tsv"
    wildcard_constraints:
        model=r"[\w-]+(\.text)?",
    retries: 1
    localrule: True
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.specs.fetch_weights,
    shell:
        "python workflow/scripts/fetch_weights.py --input checkpoint {input.checkpoint}"
        " --output weights {output.weights}"
        " --spec {params.spec:q} --log {log} &> {log}"
