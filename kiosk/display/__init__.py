"""The screen at the gate: a local web page, its words, and the buttons beside it.

`web.WebDisplay` serves it, `null.NullDisplay` shows nothing. Neither is imported here: a gate
without a screen loads no web server.
"""
