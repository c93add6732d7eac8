"""The storage room: rows, queries, exports and pages (sqlite-utils, Datasette)."""
