"""How each gateway writes things: its objects, its messages, its errors. One module for each of them."""
