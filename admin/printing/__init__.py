"""On paper: passes as card, A4 sheet or windscreen permit, and heads to keep. PDF."""

from admin.printing.faces import Names, face_of, names_for, shift_words, usable
from admin.printing.head_paper import heads_pdf
from admin.printing.papers import Paper, pdf

__all__ = ["Names", "Paper", "face_of", "heads_pdf", "names_for", "pdf", "shift_words", "usable"]
