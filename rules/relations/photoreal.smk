"""Photorealistic images of two objects on a table, and what models that were fine-tuned on flat shapes make of them
(Lepori et al., appendix A.3).

Inputs: fine-tuned models. Outputs: `<results>/photoreal/relations/<canvas>/…`, one scene per row, images and masks in
shares; `<results>/analysis/relations/photoreal_examples/<geometry>.parquet`,
`<results>/analysis/relations/photoreal_{behaviour,attention}/<model>/<task>/<setting>.parquet`.
"""


rule photoreal_scenes:
    """Random scenes for images of one size, each with both objects in sight."""
    input:
        own=atlas.relations.paths.photoreal_files,
    output:
        scenes="<results>/photoreal/relations/{canvas}/scenes.parquet",
    log:
        "<logs>/photoreal_scenes/{canvas}.log",
    benchmark:
        "<benchmarks>/photoreal_scenes/{canvas}.tsv"
    wildcard_constraints:
        canvas=r"\d+(p\d+)?",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1500),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.photoreal_scenes,
    shell:
        "python workflow/scripts/relations/photoreal_scenes.py --output scenes {output.scenes}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule render_photoreal:
    """A share of the images, with the masks of their objects; interrupted, it keeps what is rendered."""
    input:
        own=atlas.relations.paths.photoreal_files,
        scenes="<results>/photoreal/relations/{canvas}/scenes.parquet",
    output:
        images="<results>/photoreal/relations/{canvas}/images/{shard}.parquet",
    log:
        "<logs>/render_photoreal/{canvas}/{shard}.log",
    benchmark:
        "<benchmarks>/render_photoreal/{canvas}/{shard}.tsv"
    wildcard_constraints:
        canvas=r"\d+(p\d+)?",
        shard=r"\d+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1500),
        runtime=growing(120),
    params:
        spec=atlas.relations.specs.render_photoreal,
    shell:
        "python workflow/scripts/relations/render_photoreal.py --input scenes {input.scenes}"
        " --output images {output.images}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule photoreal_examples:
    """Example images of either label, as models see them and larger, as a table of PNGs."""
    input:
        scenes=atlas.relations.paths.photoreal_scenes,
        images=atlas.relations.paths.photoreal_images,
    output:
        table="<results>/analysis/relations/photoreal_examples/{geometry}.parquet",
    log:
        "<logs>/photoreal_examples/{geometry}.log",
    benchmark:
        "<benchmarks>/photoreal_examples/{geometry}.tsv"
    wildcard_constraints:
        geometry=GRID["geometry"],
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(30),
    params:
        spec=atlas.relations.specs.photoreal_examples,
    shell:
        "python workflow/scripts/relations/photoreal_examples.py"
        " --input scenes {input.scenes} --input images {input.images}"
        " --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule zero_shot:
    """The answers of the models of one cell to photorealistic images, and where they attend in them."""
    input:
        models=atlas.relations.paths.runs_of("best.safetensors"),
        images=atlas.relations.paths.photoreal_images,
    output:
        behaviour="<results>/analysis/relations/photoreal_behaviour/{model}/{task}/{setting}.parquet",
        attention="<results>/analysis/relations/photoreal_attention/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/zero_shot/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/zero_shot/{model}/{task}/{setting}.tsv"
    wildcard_constraints:
        **CELL,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("zero_shot"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.zero_shot,
    shell:
        "python workflow/scripts/relations/zero_shot.py"
        " --input models {input.models} --input images {input.images}"
        " --output behaviour {output.behaviour} --output attention {output.attention}"
        " --spec {params.spec:q} --log {log} &> {log}"
