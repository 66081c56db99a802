"""The record of everything measured: its types, its check and its files."""
