"""What the room keeps, a file for each of its parts."""
