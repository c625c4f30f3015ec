"""The evidence: canonical entries, hash chains, signed heads, audit."""

from checkpoint.entrylog.canonical import decode_entry, encode_entry
from checkpoint.entrylog.chain import Link, genesis, link
from checkpoint.entrylog.commitment import commit, decode_personal, encode_personal
from checkpoint.entrylog.head import Head, open_head, sign_head

__all__ = [
    "Head",
    "Link",
    "commit",
    "decode_entry",
    "decode_personal",
    "encode_entry",
    "encode_personal",
    "genesis",
    "link",
    "open_head",
    "sign_head",
]
