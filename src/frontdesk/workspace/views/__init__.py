"""The screens across rooms, one module each."""
