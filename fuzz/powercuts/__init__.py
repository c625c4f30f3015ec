"""Power cuts: what is on the disk after one, and whether what was acknowledged is there.

A real program runs under strace, which writes down every call that reaches the disk. The calls
are played onto a model of a disk that keeps apart what was synced and what was not; the disk can
then be cut at every point of the recording, and the program goes on with what is left.
"""
