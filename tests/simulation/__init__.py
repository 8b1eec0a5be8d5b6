"""A shop over many days, with everything that can go wrong, drawn from a seed."""
