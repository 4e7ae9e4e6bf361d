"""What every part of the API starts from: who calls, what the token may do, how often, and how a refusal is told."""
