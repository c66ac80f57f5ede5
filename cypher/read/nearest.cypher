// The personas whose vectors are nearest, by the index of the server, and those vectors.
// params: k, vector
// returns: id, numbers
CALL db.index.vector.queryNodes('persona_vector', $k, $vector) YIELD node AS p
RETURN p.id AS id, p.vector AS numbers;
