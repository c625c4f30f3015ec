"""What lies in an export beside its entries, for an outsider: a verifier and what to read first.

`verify.py` imports nothing of ours and nothing of ours imports it: two programs that were written
apart agree on every export.
"""
