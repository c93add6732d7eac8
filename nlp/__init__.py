"""The reading room: reports become statements (spaCy)."""
