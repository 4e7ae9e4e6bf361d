"""Pages of messages: somebody's own notices, and the administrator's outbox."""
