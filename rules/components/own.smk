"""A user's own model, pictures and words, as the key `components.own` says: which components carry which words.

Outputs: `<results>/own/components/<name>.html`, the page; `<name>.parquet`, a row per component and word;
`<name>.heatmaps.parquet`, a row per shown picture, word and head.
"""


rule components_own:
    """The pages of all entries whose data sets are there."""
    input:
        atlas.components.paths.own_pages,


rule own_components:
    """Find the components of one model that carry words, in pictures of one data set, and where heads take them from."""
    input:
        weights=atlas.components.paths.own_weights,
        indexes=atlas.components.paths.own_indexes,
        words=atlas.components.paths.own_words,
        tower=atlas.components.paths.own_tower,
        text_weights=atlas.components.paths.own_text_weights,
    output:
        table="<results>/own/components/{own}.parquet",
        heatmaps="<results>/own/components/{own}.heatmaps.parquet",
    log:
        "<logs>/own_components/{own}.log",
    benchmark:
        "<benchmarks>/own_components/{own}.tsv"
    wildcard_constraints:
        own=r"[\w-]+",
    container:
        COMPUTE_IMAGE
    threads: 1
    resources:
        **on_gpu("own_components"),
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        spec=atlas.components.specs.own_components,
    shell:
        "python workflow/scripts/components/own_components.py --input weights {input.weights}"
        " --input indexes {input.indexes} --input words {input.words:q} --input tower {input.tower}"
        " --input text_weights {input.text_weights} --output table {output.table}"
        " --output heatmaps {output.heatmaps} --spec {params.spec:q} --log {log} &> {log}"


rule own_page:
    """Show on one page that loads nothing else which components carry which words, with heat-maps."""
    input:
        table="<results>/own/components/{own}.parquet",
        heatmaps="<results>/own/components/{own}.heatmaps.parquet",
        templates=ancient(atlas.components.paths.own_templates),
    output:
        html="<results>/own/components/{own}.html",
    log:
        "<logs>/own_page/{own}.log",
    benchmark:
        "<benchmarks>/own_page/{own}.tsv"
    wildcard_constraints:
        own=r"[\w-]+",
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=atlas.components.specs.own_page,
    shell:
        "python workflow/scripts/components/own_page.py --input table {input.table}"
        " --input heatmaps {input.heatmaps} --input templates {input.templates} --output html {output.html}"
        " --spec {params.spec:q} --log {log} &> {log}"
