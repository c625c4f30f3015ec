"""The Melexis MLX90640, 32 × 24 thermal pixels: from its memory to the heat of a face.

By its datasheet (3901090640, revision 12); the sections are named where their formulas are used.
"""
