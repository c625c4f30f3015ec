"""Accounts: who may sign in, and whether a sign-in still holds."""
