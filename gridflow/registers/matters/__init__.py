"""The matter list as it is kept: its editions, the duty sheets of the units, and what units asked for beside it."""
