"""How the process speaks to whoever started it: lines on a terminal or a pipe, signals, exit codes."""
