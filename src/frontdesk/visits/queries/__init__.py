"""Questions about visits: where patients are, what is on a bill, what is still to do."""
