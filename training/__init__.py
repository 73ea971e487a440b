"""How the shipped German model is made: data preparation, training and measurement."""
