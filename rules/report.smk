"""What the jobs of a run took: hours and memory, for the report.

Inputs: every artifact of the tier, so that the jobs before them have ended. Outputs: `<results>/compute.{csv,md}`.
"""


rule compute_table:
    """Sum up, by kind of job, what the jobs of the tier took, from the benchmark files that are there."""
    input:
        artifacts=atlas.outputs(),
    output:
        csv=report(
            "<results>/compute.csv",
            caption="../workflow/report/compute.rst",
            category="compute",
        ),
        md="<results>/compute.md",
    log:
        "<logs>/compute.log",
    benchmark:
        "<benchmarks>/compute.tsv"
    container:
        FIGURES_IMAGE
    threads: 1
    resources:
        **on_cpu(),
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        spec=specs.compute_table,
    shell:
        "python workflow/scripts/compute_table.py"
        " --output csv {output.csv} --output md {output.md} --spec {params.spec:q} &> {log}"
