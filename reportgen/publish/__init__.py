"""A report's folder, put in place as a whole, and the record of what was put there."""
