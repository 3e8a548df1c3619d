"""The project as the Snakefile sees it: configuration, papers, targets, resources, the machine."""
