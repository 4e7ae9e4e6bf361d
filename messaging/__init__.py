"""The one way to reach anybody: an outbox that sends each message once, and says why it did or did not.

Recipients are members of staff; channels are the bell of the top bar and e-mail. Each channel has a gateway.
"""
