"""Weights of ONNX files, by the names that they had in torch.

Only what is needed of the format is read: nodes and initializers of the main graph. The package `onnx` would do that,
too, but it would be in the environment that every result is computed in, and so make all of them out of date; or be
optional, and then untested. The format's numbers of fields do not change.
"""
