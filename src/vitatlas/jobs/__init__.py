"""The means of a running job: files, tables, seeds, checkpoints, and the record of where a file comes from."""
