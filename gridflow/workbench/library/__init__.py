"""The library: every procedure of a city, who answers for it, when nothing of it begins, what the others tell of it."""
