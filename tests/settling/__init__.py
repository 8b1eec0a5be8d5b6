"""What becomes of notices after a provider has taken them."""
