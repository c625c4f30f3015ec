"""Spreadsheets of the pages: what background jobs read from them and write into them."""
