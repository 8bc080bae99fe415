"""Reports over the whole house: a door that reads every room."""
