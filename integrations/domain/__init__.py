"""What the hospital does with lists: take them in, check them, bring them in, decide what contradicts itself."""
