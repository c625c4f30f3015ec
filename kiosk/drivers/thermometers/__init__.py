"""What measures temperatures: one file a sensor, and the thread that minds it."""
