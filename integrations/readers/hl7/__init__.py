"""HL7 version 2: from the bytes of a message to plain values, and the answer that is sent back. Touches no database."""
