"""Molva: who said it first, who confirmed it, and what became of it."""
