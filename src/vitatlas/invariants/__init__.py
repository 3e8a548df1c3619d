"""What must hold of finished tables, whatever the models have learned. Imports no torch."""
