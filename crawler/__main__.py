"""``python -m crawler``: Scrapy's command line, after what stands in ``crawler/__init__.py``. ``kliping crawl`` starts it."""

from scrapy.cmdline import execute

if __name__ == "__main__":
    execute()
