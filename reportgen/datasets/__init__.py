"""Readers, sources and the bundled sample: where images and labels come from."""
