"""The configuration that papers share: its schema, reading it, and what is generated from it. Imports no torch."""
