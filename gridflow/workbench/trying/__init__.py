"""A revision tried before it is sent: act by act, by its worked examples, by cases of the past."""
