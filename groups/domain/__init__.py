"""What the hospital does with units: keeps them, agrees contracts, knows who belongs to them."""
