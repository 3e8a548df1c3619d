"""GPUs of one machine: which there are, and which job has which."""
