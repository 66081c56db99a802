"""Publishes a report's folder as a whole, and records what was published."""
