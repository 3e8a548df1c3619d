"""Counterfactual sets: pairs of scenes in which one object takes over the shape or the colour of another
(Lepori et al., section 4).

Inputs: scene tables. Outputs:
`<results>/counterfactuals/relations/<geometry>/<task>/<setting>/<property>/<split>.parquet`,
`<results>/analysis/relations/counterfactual_examples/<geometry>/<task>/<setting>.parquet`.
"""


rule counterfactuals:
    """The counterfactual sets of one task and setting on one patch grid."""
    input:
        scenes=expand(
            "<results>/scenes/relations/{{geometry}}/{{task}}/{{setting}}/{split}.parquet",
            split=DAS_SPLITS,
        ),
    output:
        counterfactuals=expand(
            "<results>/counterfactuals/relations/{{geometry}}/{{task}}/{{setting}}/{property}/{split}.parquet",
            property=PROPERTIES,
            split=DAS_SPLITS,
        ),
    log:
        "<logs>/counterfactuals/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/counterfactuals/{geometry}/{task}/{setting}.tsv"
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
        spec=atlas.relations.specs.counterfactuals,
    shell:
        "python workflow/scripts/relations/counterfactuals.py"
        " --input scenes {input.scenes} --output counterfactuals {output.counterfactuals}"
        " --spec {params.spec:q} --log {log} &> {log}"


rule counterfactual_examples:
    """Example counterfactuals of one task and setting, as a table of PNGs, for the drawings of the method."""
    input:
        counterfactuals=expand(
            "<results>/counterfactuals/relations/{{geometry}}/{{task}}/{{setting}}/{property}/test_iid.parquet",
            property=PROPERTIES,
        ),
    output:
        table="<results>/analysis/relations/counterfactual_examples/{geometry}/{task}/{setting}.parquet",
    log:
        "<logs>/counterfactual_examples/{geometry}/{task}/{setting}.log",
    benchmark:
        "<benchmarks>/counterfactual_examples/{geometry}/{task}/{setting}.tsv"
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
        spec=atlas.relations.specs.counterfactual_examples,
    shell:
        "python workflow/scripts/relations/counterfactual_examples.py"
        " --input counterfactuals {input.counterfactuals} --output table {output.table}"
        " --spec {params.spec:q} --log {log} &> {log}"
