// Removes relationships by their keys, where they are. Each type is named, as each has an index of its own.
// params: keys
// returns: nothing
MATCH (:Persona)-[r:PARTNER_OF|SIBLING_OF|KIN_OF|FRIEND_OF|NEIGHBOUR_OF|MEMBER_WITH|WORKS_WITH|
                    STUDIES_WITH|PARENT_OF|MANAGES|TEACHES|MENTORS|TREATS|CARES_FOR|
                    SERVES|SELLS_TO|GOVERNS|OPPOSES|INFLUENCES|TIED_TO|RELATED_TO]->(:Persona)
WHERE r.key IN $keys
DELETE r;
