"""Models, training, evaluation and studies: the only code that imports TensorFlow."""
