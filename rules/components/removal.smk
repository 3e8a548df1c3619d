"""Removal of a spurious cue: the components that follow the background more than the bird, set to their means.

Output: `<results>/removal/components/<model>/run<run>.parquet`.
"""


rule removal:
    """Accuracy in groups before and after components that follow a spurious cue are set to their means, beside controls."""
    input:
        contributions=atlas.components.paths.birds,
        texts=atlas.components.paths.texts,
        maps=atlas.components.paths.maps,
    output:
        table="<results>/removal/components/{model}/run{run}.parquet",
    log:
        "<logs>/removal/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/removal/{model}/run{run}.tsv"
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
        spec=atlas.components.specs.removal,
    shell:
        "python workflow/scripts/components/removal.py --input contributions {input.contributions}"
        " --input texts {input.texts} --input maps {input.maps} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
