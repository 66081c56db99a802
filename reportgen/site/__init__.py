"""The static site of many reports: an index, and a folder that is ready to publish."""
