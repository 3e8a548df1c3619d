"""Scenes of every task and setting, as tables; example images and the sheet of shapes and colours, for figures.

Inputs: none, but the configuration. Outputs: `scenes/<geometry>/<task>/<setting>/<split>.parquet`,
`analysis/stimuli/<geometry>/…`.
"""


rule scenes:
    """The scene tables of one task and setting on one patch grid (Lepori et al., appendix A)."""
    output:
        train="<results>/scenes/{geometry}/{task}/{setting}/train.parquet",
        val="<results>/scenes/{geometry}/{task}/{setting}/val.parquet",
        test="<results>/scenes/{geometry}/{task}/{setting}/test.parquet",
        test_iid="<results>/scenes/{geometry}/{task}/{setting}/test_iid.parquet",
        ood_shape="<results>/scenes/{geometry}/{task}/{setting}/ood-shape.parquet",
        ood_color="<results>/scenes/{geometry}/{task}/{setting}/ood-color.parquet",
        ood_shape_color="<results>/scenes/{geometry}/{task}/{setting}/ood-shape-color.parquet",
    log:
        "<logs>/scenes/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/scenes/{geometry}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=specs.scenes,
    shell:
        "python workflow/scripts/make_scenes.py"
        " --output train {output.train} --output val {output.val}"
        " --output test {output.test} --output test_iid {output.test_iid}"
        " --output ood_shape {output.ood_shape} --output ood_color {output.ood_color}"
        " --output ood_shape_color {output.ood_shape_color}"
        " --spec {params.spec:q} &> {log}"


rule stimulus_samples:
    """Example images of one task and setting, same and different, as a table of PNGs."""
    input:
        scenes="<results>/scenes/{geometry}/{task}/{setting}/train.parquet",
    output:
        table="<results>/analysis/stimuli/{geometry}/{task}/{setting}.parquet",
    log:
        "<logs>/stimulus_samples/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/stimulus_samples/{geometry}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=specs.stimulus_samples,
    shell:
        "python workflow/scripts/sample_stimuli.py"
        " --input scenes {input.scenes} --output table {output.table} --spec {params.spec:q} &> {log}"


rule shape_sheet:
    """The shapes and colours that objects are made of, as a table of PNGs."""
    output:
        table="<results>/analysis/stimuli/{geometry}/sheet.parquet",
    log:
        "<logs>/shape_sheet/{geometry}.log",
    benchmark:
        "<benchmarks>/shape_sheet/{geometry}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=specs.shape_sheet,
    shell:
        "python workflow/scripts/shape_sheet.py --output table {output.table} --spec {params.spec:q} &> {log}"
