"""Photorealistic images of two objects on a table, and what models that were fine-tuned on flat shapes make of them
(Lepori et al., appendix A.3).

Inputs: fine-tuned models. Outputs: `<results>/photoreal/<canvas>/…`, one scene per row, images and masks in shares;
`<results>/analysis/photoreal/<geometry>/examples.parquet`,
`<results>/analysis/photoreal_{behaviour,attention}/<model>/<task>/<setting>.parquet`.
"""


rule photoreal_scenes:
    """Random scenes for images of one size, each with both objects in sight."""
    input:
        own=atlas.photoreal_files,
    output:
        scenes="<results>/photoreal/{canvas}/scenes.parquet",
    log:
        "<logs>/photoreal_scenes/{canvas}.log",
    benchmark:
        "<benchmarks>/photoreal_scenes/{canvas}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1500),
        runtime=growing(60),
    params:
        spec=specs.photoreal_scenes,
    shell:
        "python workflow/scripts/photoreal_scenes.py --output scenes {output.scenes} --spec {params.spec:q} &> {log}"


rule render_photoreal:
    """A share of the images, with the masks of their objects; interrupted, it keeps what is rendered."""
    input:
        own=atlas.photoreal_files,
        scenes="<results>/photoreal/{canvas}/scenes.parquet",
    output:
        images="<results>/photoreal/{canvas}/images/{shard}.parquet",
    log:
        "<logs>/render_photoreal/{canvas}/{shard}.log",
    benchmark:
        "<benchmarks>/render_photoreal/{canvas}/{shard}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1500),
        runtime=growing(120),
    params:
        spec=specs.render_photoreal,
    shell:
        "python workflow/scripts/render_photoreal.py --input scenes {input.scenes}"
        " --output images {output.images} --spec {params.spec:q} &> {log}"


rule photoreal_examples:
    """Example images of either label, as models see them and larger, as a table of PNGs."""
    input:
        scenes=atlas.photoreal_scenes,
        images=atlas.photoreal_images,
    output:
        table="<results>/analysis/photoreal/{geometry}/examples.parquet",
    log:
        "<logs>/photoreal_examples/{geometry}.log",
    benchmark:
        "<benchmarks>/photoreal_examples/{geometry}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(30),
    params:
        spec=specs.photoreal_examples,
    shell:
        "python workflow/scripts/photoreal_examples.py"
        " --input scenes {input.scenes} --input images {input.images}"
        " --output table {output.table} --spec {params.spec:q} &> {log}"


rule zero_shot:
    """What the models of one cell answer to photorealistic images, and where they attend in them."""
    input:
        models=atlas.runs_of("best.safetensors"),
        images=atlas.photoreal_images,
    output:
        behaviour="<results>/analysis/photoreal_behaviour/{model}/{task}/{setting}.parquet",
        attention="<results>/analysis/photoreal_attention/{model}/{task}/{setting}.parquet",
    log:
        "<logs>/zero_shot/{model}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/zero_shot/{model}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("zero_shot"),
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        spec=specs.zero_shot,
    shell:
        "python workflow/scripts/zero_shot.py"
        " --input models {input.models} --input images {input.images}"
        " --output behaviour {output.behaviour} --output attention {output.attention}"
        " --spec {params.spec:q} &> {log}"
