"""What reports decide on plain values."""
