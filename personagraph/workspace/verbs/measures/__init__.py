"""The verb that measures the graph, or a part of it, also beside a network that exists."""
