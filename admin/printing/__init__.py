"""Passes on paper: a card, an A4 sheet of cards, a windscreen permit. PDF, nothing blurred."""

from admin.printing.faces import Names, face_of, names_for, shift_words, usable
from admin.printing.papers import Paper, pdf

__all__ = ["Names", "Paper", "face_of", "names_for", "pdf", "shift_words", "usable"]
