"""The sections of the audit, a module each; `personagraph.steering.audit` collects them."""
