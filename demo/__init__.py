"""The shipped demonstration: a small recorded web, and nothing of the product."""
