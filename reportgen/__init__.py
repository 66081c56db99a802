"""Coursework reports on small Keras models: trained, measured and written by one command."""

__version__ = "0.1.0"
