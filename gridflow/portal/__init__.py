"""Residents and staff report, and see what became of it."""
