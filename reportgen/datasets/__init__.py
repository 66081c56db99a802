"""Where images and labels come from: sources, readers and the bundled sample."""
