"""Networks and their training: the only code that imports TensorFlow, and only when it runs."""
