// Makes the index of vectors of so many numbers.
// params: dims
// returns: nothing
CREATE VECTOR INDEX persona_vector IF NOT EXISTS FOR (p:Persona) ON p.vector
OPTIONS {indexConfig: {`vector.dimensions`: $dims, `vector.similarity_function`: 'cosine'}};
