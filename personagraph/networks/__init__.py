"""Networks that exist: reads edge lists, node tables, GraphML, node-link JSON, GML and GEXF, by a mapping to our vocabularies."""
