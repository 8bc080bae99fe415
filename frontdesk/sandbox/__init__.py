"""A payer and clearinghouse for training and tests, reached only over the wire."""
