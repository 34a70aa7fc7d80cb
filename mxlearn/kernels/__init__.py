"""The few heavy computations, on raw arrays of NumPy or CuPy."""
