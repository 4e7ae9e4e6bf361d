"""Running the house: health, measurements, log lines, and what happens when Redis or the database are away."""
