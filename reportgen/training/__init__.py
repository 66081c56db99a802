"""Networks and their training: the only code that imports TensorFlow, only when called."""
