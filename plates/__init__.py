"""Reads the plates of vehicles in a process and an environment of its own.

Nothing of Sibao is imported here, and nothing imports this: the gate starts it and talks to it
over a pipe (`plates.__main__` has the protocol).
"""
