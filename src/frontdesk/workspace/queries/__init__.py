"""What the screens across rooms ask, one module a screen."""
