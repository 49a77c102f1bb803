"""Everything that knows Scrapy, and alone touches the web."""
