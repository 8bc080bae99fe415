"""The patients' door: pages behind a link, without signing in."""
