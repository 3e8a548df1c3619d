"""The objectives that encoders are pretrained with, each with the parts that only pretraining needs.

A method has the encoder that it trains as `encoder`; given a step it returns the loss and figures worth seeing.
"""
