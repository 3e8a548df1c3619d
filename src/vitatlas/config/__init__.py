"""Typed configuration: the schema, the loader, and what is generated from them. Imports no torch."""
