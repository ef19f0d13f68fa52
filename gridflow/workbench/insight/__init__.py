"""How a procedure runs, step by step: how many, how long, how late, how often sent back; never by person."""
