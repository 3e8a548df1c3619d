"""Checkpoints with the names of the library transformers, or ONNX files exported from it, into timm's names.

    done = convert(Request(source, output, timm="vit_small_patch14_dinov2"))
    print(done.entry)                   # for config/models.own.yaml

`onnx` reads the weights of an ONNX file, `names` says what is called how, `contents` sorts a file by it, `fit` makes
timm's weights, `beside` compares what weights do not tell, and `command` does all of it and writes the file.
"""
