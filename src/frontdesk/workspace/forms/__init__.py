"""What a request may say on the screens across rooms, one module a screen."""
