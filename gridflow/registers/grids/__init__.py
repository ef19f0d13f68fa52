"""Grids over time: drafts, changes, what they were, and the cases that move with them."""
