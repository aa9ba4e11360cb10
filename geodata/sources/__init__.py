"""One reader a source. Readers check and shape a file; they never touch the database."""
