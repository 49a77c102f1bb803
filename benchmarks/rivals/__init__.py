"""What Kliping is measured against. Each is run as a program of its own, outside the project's Scrapy settings."""
