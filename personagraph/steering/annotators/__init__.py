"""What gives attributes to a description, without knowing what was asked for."""
