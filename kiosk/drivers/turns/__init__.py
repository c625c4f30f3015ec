"""What sees that somebody walked through: one file a kind of input, and the thread on it."""
