"""Networks that exist: reads edge lists, node tables, GraphML and node-link JSON, by a mapping to our vocabularies."""
