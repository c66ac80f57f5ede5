"""Word problems composed from quantities and operations, told in English and solved by the code."""
