"""Files of each kind as raw rows; ``data.readers`` chooses among them."""
