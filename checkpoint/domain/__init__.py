"""What the system speaks of: frozen values, no input or output."""
