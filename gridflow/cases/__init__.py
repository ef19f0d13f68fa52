"""A matter from its opening to its archive."""
