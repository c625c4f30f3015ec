"""One person through one gate."""
