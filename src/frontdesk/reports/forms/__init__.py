"""What a request for a report may say."""
