"""What a request about a visit may say."""
