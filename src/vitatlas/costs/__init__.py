"""The cost of jobs, by the benchmark files that Snakemake wrote, and the machine that they ran on."""
