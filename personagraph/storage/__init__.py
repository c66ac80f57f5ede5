"""Files that last: databases with their migrations, files that are replaced whole, the lock of the one writer."""
