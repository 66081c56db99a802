"""The static site over many reports: an index, and a folder that is ready to publish."""
