"""Whether two answers say the same: as text, as numbers with units, and as mathematics in a process of its own."""
