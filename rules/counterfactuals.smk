"""Counterfactual sets: pairs of scenes in which one object takes over the shape or the colour of another
(Lepori et al., section 4).

Inputs: scene tables. Outputs: `<results>/counterfactuals/<geometry>/<task>/<setting>/<property>/<split>.parquet`,
`<results>/analysis/counterfactual_examples/<geometry>/<task>/<setting>.parquet`.
"""


rule counterfactuals:
    """The counterfactual sets of one task and setting on one patch grid."""
    input:
        train="<results>/scenes/{geometry}/{task}/{setting}/train.parquet",
        val="<results>/scenes/{geometry}/{task}/{setting}/val.parquet",
        test="<results>/scenes/{geometry}/{task}/{setting}/test.parquet",
        test_iid="<results>/scenes/{geometry}/{task}/{setting}/test_iid.parquet",
    output:
        shape_train="<results>/counterfactuals/{geometry}/{task}/{setting}/shape/train.parquet",
        shape_val="<results>/counterfactuals/{geometry}/{task}/{setting}/shape/val.parquet",
        shape_test="<results>/counterfactuals/{geometry}/{task}/{setting}/shape/test.parquet",
        shape_test_iid="<results>/counterfactuals/{geometry}/{task}/{setting}/shape/test_iid.parquet",
        color_train="<results>/counterfactuals/{geometry}/{task}/{setting}/color/train.parquet",
        color_val="<results>/counterfactuals/{geometry}/{task}/{setting}/color/val.parquet",
        color_test="<results>/counterfactuals/{geometry}/{task}/{setting}/color/test.parquet",
        color_test_iid="<results>/counterfactuals/{geometry}/{task}/{setting}/color/test_iid.parquet",
    log:
        "<logs>/counterfactuals/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/counterfactuals/{geometry}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=specs.counterfactuals,
    shell:
        "python workflow/scripts/make_counterfactuals.py"
        " --input train {input.train} --input val {input.val}"
        " --input test {input.test} --input test_iid {input.test_iid}"
        " --output shape_train {output.shape_train} --output color_train {output.color_train}"
        " --output shape_val {output.shape_val} --output color_val {output.color_val}"
        " --output shape_test {output.shape_test} --output color_test {output.color_test}"
        " --output shape_test_iid {output.shape_test_iid} --output color_test_iid {output.color_test_iid}"
        " --spec {params.spec:q} &> {log}"


rule counterfactual_examples:
    """Example counterfactuals of one task and setting, as a table of PNGs, for the drawings of the method."""
    input:
        shape="<results>/counterfactuals/{geometry}/{task}/{setting}/shape/test_iid.parquet",
        color="<results>/counterfactuals/{geometry}/{task}/{setting}/color/test_iid.parquet",
    output:
        table="<results>/analysis/counterfactual_examples/{geometry}/{task}/{setting}.parquet",
    log:
        "<logs>/counterfactual_examples/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/counterfactual_examples/{geometry}/{task}/{setting}.tsv"
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=specs.counterfactual_examples,
    shell:
        "python workflow/scripts/sample_counterfactuals.py --input shape {input.shape} --input color {input.color}"
        " --output table {output.table} --spec {params.spec:q} &> {log}"
