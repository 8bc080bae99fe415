"""What visits do later."""
