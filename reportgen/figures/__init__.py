"""One drawing a module: evidence in, picture out."""
