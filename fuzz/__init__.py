"""Attempts at the verifier: mutated passes, and coverage-guided fuzzing."""
