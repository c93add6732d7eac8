"""The crawl room: sources become reports (Scrapy)."""
