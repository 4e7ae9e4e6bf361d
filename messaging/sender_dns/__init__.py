"""What the names of a sender say of its mails: SPF, DKIM, DMARC, reverse names. Reads names alone."""
