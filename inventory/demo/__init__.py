"""The demo shop: invented products, and the drawings that show them."""
