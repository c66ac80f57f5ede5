"""How a snapshot is kept: ids in order and by place, extended by what entered since, in a file."""
