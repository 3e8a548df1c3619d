"""The effect of each departure of the reference code that is a switch."""
