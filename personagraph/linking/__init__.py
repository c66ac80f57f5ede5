"""From personas who exist to ties between them: whom to ask about, and what to make of the answers."""
