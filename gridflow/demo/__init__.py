"""The demo's story: worked examples told again on other days, in other places, some of them still going on."""
