"""What runs at night over the whole house."""
