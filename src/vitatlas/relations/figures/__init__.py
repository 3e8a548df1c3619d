"""One module per family of figures.

Each has `values(tables, spec)`, which reduces analysis tables to exactly the numbers that are drawn, and
`draw(values, spec)`, which draws them and nothing else.
"""
