"""The numbers of the last published run, and the documents that quote them.

`make docs` copies numbers of a finished run to `docs/evidence/<tier>/<paper>.csv` and writes documents from there. So
documents are the same on every machine, and prose holds no number that somebody typed.
"""
