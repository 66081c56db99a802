"""Studies: extra measurements of models and data that an assignment can ask for."""
