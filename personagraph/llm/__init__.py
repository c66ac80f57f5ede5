"""Language models: the backends, and the client that buys replies from one."""
