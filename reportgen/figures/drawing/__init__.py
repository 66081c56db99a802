"""Shared parts of the figures: the sheet, scales, text, and pictures as files."""
