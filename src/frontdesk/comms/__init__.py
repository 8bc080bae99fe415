"""What is sent and received: messages by e-mail, their templates and their delivery."""
