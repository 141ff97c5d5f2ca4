"""The demo shop: invented products with their pictures, and people to sign in as."""
