"""Samples with planted faults, and good ones beside them; made without any knowledge of the checks."""
