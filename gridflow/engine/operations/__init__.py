"""What an operator does to a running instance: suspend, cancel, move, migrate, and settle incidents."""
