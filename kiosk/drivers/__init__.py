"""One file a device. `registry` is the one table of them."""
