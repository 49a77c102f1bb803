"""Archive → extract → store, again: with today's rules, from nothing, from other crawlers' files, on one core or many machines."""
