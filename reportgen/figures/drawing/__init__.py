"""What drawings are made of: a sheet, its scales, its text, and pictures as files."""
