"""Networks that exist: reads lists, tables, GraphML, JSON, GML and GEXF, by a mapping to our vocabularies."""
