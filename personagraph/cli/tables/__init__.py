"""What commands print when it takes more than a line."""
