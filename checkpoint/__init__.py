"""The core of Sibao: passes, screening rules, the entry log."""

__version__ = "0.1.0"
