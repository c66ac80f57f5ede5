"""A question of the user's own in Cypher: taken apart, held to reading, and asked."""
