"""The web module of the bureau, the enterprises and the inspectors."""
