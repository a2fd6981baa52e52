"""What differs between a record and its golden, of what class it is, and how it reads."""
