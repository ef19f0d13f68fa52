"""What editors are told while somebody draws or writes: names to pick from, what is wrong, how it will look."""
