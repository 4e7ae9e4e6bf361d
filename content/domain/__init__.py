"""Rules of the library. Read `articles` first: who writes, who approves, and what may follow what."""
