"""Stimuli as image files, for people and for other programs; nothing in the workflow reads them.

Inputs: scene tables, photorealistic images. Outputs: `<results>/stimuli/relations/…`,
`<results>/photoreal/relations/<canvas>/sheet.png`.
"""


rule export_stimuli:
    """One task and setting as folders of PNGs with their metadata, for people and for other programs."""
    input:
        scenes=expand(
            "<results>/scenes/relations/{{geometry}}/{{task}}/{{setting}}/{split}.parquet",
            split=SPLITS,
        ),
    output:
        folder=directory("<results>/stimuli/relations/folders/{geometry}/{task}/{setting}"),
    log:
        "<logs>/export_stimuli/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/export_stimuli/{geometry}/{task}/{setting}.tsv"
    wildcard_constraints:
        **GRID,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        spec=atlas.relations.specs.export_stimuli,
    shell:
        "python workflow/scripts/relations/export_stimuli.py"
        " --input scenes {input.scenes} --output folder {output.folder}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule montage:
    """The first scenes of one split as one image, to look at."""
    input:
        scenes="<results>/scenes/relations/{geometry}/{task}/{setting}/{split}.parquet",
    output:
        image="<results>/stimuli/relations/montage/{geometry}/{task}/{setting}/{split}.png",
    log:
        "<logs>/montage/{geometry}/{task}/{setting}/{split}.log",
    benchmark:
        "<benchmarks>/montage/{geometry}/{task}/{setting}/{split}.tsv"
    wildcard_constraints:
        **GRID,
        split="|".join(SPLITS),
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.relations.specs.montage,
    shell:
        "python workflow/scripts/relations/montage.py"
        " --input scenes {input.scenes} --output image {output.image}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule photoreal_sheet:
    """The first photorealistic images of one size as one image, to look at."""
    input:
        images=atlas.relations.paths.photoreal_images,
    output:
        image="<results>/photoreal/relations/{canvas}/sheet.png",
    log:
        "<logs>/photoreal_sheet/{canvas}.log",
    benchmark:
        "<benchmarks>/photoreal_sheet/{canvas}.tsv"
    wildcard_constraints:
        canvas=r"\d+(p\d+)?",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        spec=atlas.relations.specs.photoreal_sheet,
    shell:
        "python workflow/scripts/relations/photoreal_sheet.py"
        " --input images {input.images} --output image {output.image}"
        " --spec {params.spec:q} --log {log} &> {log}"
