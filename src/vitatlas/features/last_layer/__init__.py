"""The last layer: does the class token need the patches before the last block, and can the head read any patch."""
