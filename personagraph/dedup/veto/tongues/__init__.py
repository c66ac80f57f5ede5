"""What is said in other languages than English: each that can be read is a file of words here."""
