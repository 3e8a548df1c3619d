"""Scenes of every task and setting, as tables; example images and the sheet of shapes and colours, for figures.

Inputs: none, but the configuration. Outputs: `<results>/scenes/relations/<geometry>/<task>/<setting>/<split>.parquet`,
`<results>/analysis/relations/stimuli/<geometry>/<task>/<setting>.parquet`,
`<results>/analysis/relations/shape_sheet/<geometry>.parquet`.
"""


rule scenes:
    """The scene tables of one task and setting on one patch grid (Lepori et al., appendix A)."""
    output:
        scenes=expand(
            "<results>/scenes/relations/{{geometry}}/{{task}}/{{setting}}/{split}.parquet",
            split=SPLITS,
        ),
    log:
        "<logs>/scenes/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/scenes/{geometry}/{task}/{setting}.tsv"
    wildcard_constraints:
        **GRID,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.relations.specs.scenes,
    shell:
        "python workflow/scripts/relations/scenes.py --output scenes {output.scenes}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule stimulus_samples:
    """Example images of one task and setting, same and different, as a table of PNGs."""
    input:
        scenes="<results>/scenes/relations/{geometry}/{task}/{setting}/train.parquet",
    output:
        table="<results>/analysis/relations/stimuli/{geometry}/{task}/{setting}.parquet",
    log:
        "<logs>/stimulus_samples/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/stimulus_samples/{geometry}/{task}/{setting}.tsv"
    wildcard_constraints:
        **GRID,
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.relations.specs.stimulus_samples,
    shell:
        "python workflow/scripts/relations/stimulus_samples.py"
        " --input scenes {input.scenes} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule shape_sheet:
    """The shapes and colours that objects are made of, as a table of PNGs."""
    output:
        table="<results>/analysis/relations/shape_sheet/{geometry}.parquet",
    log:
        "<logs>/shape_sheet/{geometry}.log",
    benchmark:
        "<benchmarks>/shape_sheet/{geometry}.tsv"
    wildcard_constraints:
        geometry=GRID["geometry"],
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.relations.specs.shape_sheet,
    shell:
        "python workflow/scripts/relations/shape_sheet.py --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
