"""The tamper matrix: every class of change to a real deployment, and the layer that catches it."""
