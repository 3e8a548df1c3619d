"""Pictures as encoders represent them: contributions of their components, representations, and heads for those without one.

Outputs: `<results>/contributions/components/<model>/run<run>/<pictures>.npy` with tables of its pictures and components,
`<results>/representations/components/<model>/run<run>.npy`, `<results>/heads/components/<model>/run<run>.safetensors`.
"""


rule contributions:
    """Take the representations of all pictures apart into contributions of heads, MLPs and convolutions."""
    input:
        weights=atlas.components.paths.weights_of,
        indexes=atlas.components.paths.indexes_of_set,
        scenes=atlas.components.paths.scenes_of_set,
    output:
        vectors="<results>/contributions/components/{model}/run{run}/{pictures}.npy",
        pictures="<results>/contributions/components/{model}/run{run}/{pictures}.pictures.parquet",
        components="<results>/contributions/components/{model}/run{run}/{pictures}.components.parquet",
    log:
        "<logs>/contributions/{model}/run{run}/{pictures}.log",
    benchmark:
        "<benchmarks>/contributions/{model}/run{run}/{pictures}.tsv"
    wildcard_constraints:
        **ENCODER,
        pictures=r"pictures|birds",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("contributions"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.components.specs.contributions,
    shell:
        "python workflow/scripts/components/contributions.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input scenes {input.scenes} --output vectors {output.vectors}"
        " --output pictures {output.pictures} --output components {output.components}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule representations:
    """Encode all pictures with the model whose texts components are held against."""
    input:
        weights=atlas.components.paths.weights_of,
        indexes=atlas.components.paths.indexes,
        scenes=atlas.components.paths.scenes,
    output:
        z="<results>/representations/components/{model}/run{run}.npy",
        pictures="<results>/representations/components/{model}/run{run}.pictures.parquet",
    log:
        "<logs>/representations/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/representations/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("representations"),
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        spec=atlas.components.specs.representations,
    shell:
        "python workflow/scripts/components/representations.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input scenes {input.scenes}"
        " --output z {output.z} --output pictures {output.pictures}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule classifier:
    """Make a head for an encoder that has none: of the texts of classes, or a linear probe."""
    input:
        weights=atlas.components.paths.head_weights,
        contributions=atlas.components.paths.head_contributions,
    output:
        head="<results>/heads/components/{model}/run{run}.safetensors",
    log:
        "<logs>/classifier/{model}/run{run}.log",
    benchmark:
        "<benchmarks>/classifier/{model}/run{run}.tsv"
    wildcard_constraints:
        **ENCODER,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("classifier"),
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        spec=atlas.components.specs.classifier,
    shell:
        "python workflow/scripts/components/classifier.py --input weights {input.weights}"
        " --input contributions {input.contributions} --output head {output.head}"
        " --spec {params.spec:q} --log {log} &> {log}"
