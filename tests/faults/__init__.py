"""The long storms (`make faults`): killed processes, Redis and the database gone, with a house of its own to break."""
