"""What opens: one file a relay, and the thread that minds it."""
