"""Commands of our own for ``scrapy``."""
