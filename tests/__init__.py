"""Every test of Sibao. The folders mirror the packages."""
