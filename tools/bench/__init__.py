"""How fast the course is, beside what people use instead: each module here gives rows of one table."""
