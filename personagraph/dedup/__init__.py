"""Finds the persona that a new description already is: one rule a module, put together by `rules`."""
