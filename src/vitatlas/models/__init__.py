"""The model zoo in use: building, loading and fetching models, and reading or patching their activations by name."""
