"""Look at a case and everything that happened in it."""
