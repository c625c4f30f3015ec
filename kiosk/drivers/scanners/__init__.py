"""Scanners: codes as text, from a keyboard, a serial line, or a setting."""
