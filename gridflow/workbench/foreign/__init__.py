"""Files of other products: what of them has a meaning here, and what to do about the rest."""
