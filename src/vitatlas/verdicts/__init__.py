"""What the authors published beside what we measured: one verdict for each of their numbers and claims."""
