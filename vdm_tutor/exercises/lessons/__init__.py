"""The exercises themselves: a module for each lesson, each with its list."""
