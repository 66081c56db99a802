"""Extra measurements that an assignment may ask for, on trained models and on the data."""
