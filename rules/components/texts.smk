"""Components and texts: texts as vectors, maps from components into their space, and the scores that follow.

Outputs: `<results>/texts/components/<model>/run<run>.parquet`,
`<results>/maps/components/<model>/run<run>/<method>.safetensors`, `<results>/scores/components/<model>/run<run>.parquet`.
"""


rule texts:
    """Embed the texts of all features with one CLIP model."""
    input:
        weights=atlas.components.paths.tower_of,
    output:
        table="<results>/texts/components/{model}/run{run}.parquet",
    log:
        "<logs>/texts/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/texts/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("texts"),
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        spec=atlas.components.specs.texts,
    shell:
        "python workflow/scripts/components/texts.py --input weights {input.weights}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule learn_maps:
    """Learn one map per component into the space of the texts, by one method."""
    input:
        contributions=atlas.components.paths.contributions,
        targets=atlas.components.paths.targets,
    output:
        maps="<results>/maps/components/{model}/run{run}/{method}.safetensors",
        history="<results>/maps/components/{model}/run{run}/{method}.history.parquet",
    log:
        "<logs>/learn_maps/{model}/run{run}/{method}.log",
    benchmark:
        "<benchmarks>/learn_maps/{model}/run{run}/{method}.tsv"
    wildcard_constraints:
        **ENCODER,
        method=r"[a-z]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("learn_maps"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.components.specs.learn_maps,
    shell:
        "python workflow/scripts/components/learn_maps.py --input contributions {input.contributions}"
        " --input targets {input.targets} --output maps {output.maps} --output history {output.history}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule component_scores:
    """Score the components of one encoder for every feature, with the controls that say what scores are worth."""
    input:
        contributions=atlas.components.paths.contributions,
        targets=atlas.components.paths.targets,
        texts=atlas.components.paths.texts,
        maps=atlas.components.paths.maps,
    output:
        table="<results>/scores/components/{model}/run{run}.parquet",
    log:
        "<logs>/component_scores/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/component_scores/{model}/run{run}.tsv"
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
        spec=atlas.components.specs.component_scores,
    shell:
        "python workflow/scripts/components/component_scores.py --input contributions {input.contributions}"
        " --input targets {input.targets} --input texts {input.texts} --input maps {input.maps}"
        " --output table {output.table} --spec {params.spec:q} --log {log} &> {log}"


rule component_labels:
    """Label components with texts by every method of alignment, and hold labels against those of the model's own space."""
    input:
        contributions=atlas.components.paths.contributions,
        targets=atlas.components.paths.targets,
        texts=atlas.components.paths.texts,
        maps=atlas.components.paths.compared_maps,
        weights=atlas.components.paths.head_of_labels,
    output:
        table="<results>/labels/components/{model}/run{run}.parquet",
    log:
        "<logs>/component_labels/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/component_labels/{model}/run{run}.tsv"
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
        spec=atlas.components.specs.component_labels,
    shell:
        "python workflow/scripts/components/component_labels.py --input contributions {input.contributions}"
        " --input targets {input.targets} --input texts {input.texts} --input maps {input.maps}"
        " --input weights {input.weights} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
