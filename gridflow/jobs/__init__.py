"""Workers: timers that are due and jobs that wait."""
