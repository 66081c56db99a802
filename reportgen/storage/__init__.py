"""Files and folders on disk: read within limits, written whole, kept in the store."""
